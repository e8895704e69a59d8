"""Videos: tasks that are begun, asked for and waited for, by both clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3

from qianfan_api.handles import Undeployed
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ApiError, TaskFailed, TaskUnfinished

pytestmark = pytest.mark.anyio
CAT = [
    {"type": "text", "text": "猫跳起来"},
    {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
]


@pytest.fixture
def client(environment: Emulator) -> Iterator[Qianfan]:
    with Qianfan() as made:
        yield made


def begun(client: Qianfan) -> str:
    return client.v2.video.endpoint("mine").create(CAT, duration=6, aspect_ratio="9:16").task_id


def test_a_task_is_pending_then_running_then_done(client: Qianfan) -> None:
    task = begun(client)
    asked = [client.v2.video.get(task) for _ in range(3)]
    assert [(one.status, one.content is None) for one in asked] == [
        ("pending", True),
        ("running", True),
        ("succeeded", False),
    ]
    assert (asked[-1].duration, asked[-1].width, asked[-1].height) == (6, 720, 1280)


def test_waiting_gives_the_video(client: Qianfan, environment: Emulator) -> None:
    environment.finish_videos_after(4)
    done = client.v2.video.wait(begun(client), interval=0)
    assert done.status == "succeeded"
    assert done.content is not None
    assert urllib3.request("GET", done.content.video_url).headers["Content-Type"] == "video/mp4"
    assert [one.method for one in environment.requests if one.path == "/video/generations"] == ["POST", *["GET"] * 5]


async def test_waiting_awaited(environment: Emulator) -> None:
    async with AsyncQianfan() as client:
        task = await client.v2.video.endpoint("mine").create(CAT)
        assert (await client.v2.video.wait(task.task_id, interval=0)).width == 1280


def test_a_task_that_comes_to_nothing_says_so(client: Qianfan, environment: Emulator) -> None:
    environment.finish_videos_after(0, fail=True)
    task = begun(client)
    with pytest.raises(TaskFailed) as caught:
        client.v2.video.wait(task)
    assert str(caught.value) == f"v2.video.get: task {task} came to nothing: its status is failed"
    assert caught.value.reply["task_id"] == task


def test_a_deadline_that_passes_loses_nothing(client: Qianfan, environment: Emulator) -> None:
    environment.finish_videos_after(1)
    with pytest.raises(TaskUnfinished, match="is still pending; it goes on, wait for it again by this name") as caught:
        client.v2.video.wait(begun(client), deadline=0)
    assert client.v2.video.wait(caught.value.task, deadline=None, interval=0).status == "succeeded"


async def test_a_deadline_that_passes_awaited(environment: Emulator) -> None:
    environment.finish_videos_after(9)
    async with AsyncQianfan() as client:
        task = (await client.v2.video.endpoint("mine").create(CAT)).task_id
        with pytest.raises(TaskUnfinished) as caught:
            await client.v2.video.wait(task, deadline=0)
    assert (caught.value.task, caught.value.status) == (task, "pending")


@pytest.mark.parametrize("wrong", [{"interval": -1}, {"deadline": -0.5}, {"interval": float("nan")}])
def test_seconds_below_nothing(client: Qianfan, environment: Emulator, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be at least 0 seconds"):
        client.v2.video.wait("task", **wrong)
    assert environment.requests == []


def test_a_task_that_nobody_began(client: Qianfan, environment: Emulator) -> None:
    task = begun(client)
    environment.reset()
    with pytest.raises(ApiError, match="no such task"):
        client.v2.video.wait(task)


def test_a_retired_model_of_the_list_is_ready_made(client: Qianfan) -> None:
    assert not isinstance(client.v2.video.musesteamer_air_i2v, Undeployed)
