"""What is reported of a program is wrong with a request that it sends: programs are run, their calls recorded."""

from __future__ import annotations

import contextlib
import itertools
import textwrap
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qianfan_api.messages import user
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import check
from qianfan_typed.python_source.module_check import check_text
from tests.python_source.looking import CLIENT

NAME = "ERNIE-Lite-Pro-128K"
FLAGS = ["a", "b"]
HANDLE = f"client.v1.chat.model({NAME!r})"
NUMBERS = st.sampled_from(["0.5", "1.7", "2", "-1"])
VALUES = st.one_of(
    NUMBERS,
    st.builds("{} if {} else {}".format, NUMBERS, st.sampled_from([*FLAGS, "not a"]), NUMBERS),
    st.builds("t + {}".format, NUMBERS),
    st.builds("flags[0] or {}".format, NUMBERS),
    st.sampled_from(["t", "p['top_p']", "p.get('temperature', 2)", "S.t", "warmth(1.7)", "warmth()"]),
)
# Both sides of a condition come by, as the check takes it: those that ask for a value are about that value alone.
TESTS = st.sampled_from([*FLAGS, "not a", "a and b"])
ASKING = st.sampled_from(
    ["if t > 1:\n    t = 0.5", "if t > 1:\n    return", "if p.get('top_p') == 2:\n    p['top_p'] = 0.5"]
)
SIMPLE = st.one_of(
    st.builds("t = {}".format, VALUES),
    st.builds("t, u = {}, 2".format, NUMBERS),
    st.builds("t += {}".format, NUMBERS),
    st.builds("p['temperature'] = {}".format, VALUES),
    st.builds("p.update(top_p={})".format, VALUES),
    st.builds("p = {{'top_p': {}}}".format, NUMBERS),
    st.builds("p.setdefault('temperature', {})".format, NUMBERS),
    st.just("q = p\nq['top_p'] = 0.5"),
    st.just("change(p)"),
    st.builds("m.append(user({!r}))".format, st.sampled_from(["", "x"])),
    st.just("m = [user('x')]"),
    st.builds("S.t = {}".format, NUMBERS),
    ASKING,
    st.just("pass"),
)
LEAVING = st.sampled_from(["return", "raise Left", "continue_or_not(a)"])


def indented(text: str) -> str:
    return textwrap.indent(text, "    ")


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.lists(st.one_of(SIMPLE, inner), min_size=1, max_size=3).map("\n".join)
    return st.one_of(
        st.builds(lambda test, body: f"if {test}:\n{indented(body)}", TESTS, block),
        st.builds(lambda test, left: f"if {test}:\n{indented(left)}", TESTS, LEAVING),
        st.builds(
            lambda test, body, other: f"if {test}:\n{indented(body)}\nelse:\n{indented(other)}", TESTS, block, block
        ),
        st.builds(lambda body: f"for t in (0.5, 1.7):\n{indented(body)}", block),
        st.builds(lambda body: f"for t in (0.5, 1.7):\n    if t > 1:\n        continue\n{indented(body)}", block),
        st.builds(lambda body: f"while more():\n{indented(body)}", block),
        st.builds(lambda body, other: f"try:\n{indented(body)}\nexcept Left:\n{indented(other)}", block, block),
    )


CALLS = st.sampled_from(
    [
        f"{HANDLE}.create(m, temperature=t)",
        f"{HANDLE}.create(m, **p)",
        f"{HANDLE}.create([user('x')], temperature=t, top_p=p['top_p'])",
        f"{HANDLE}.create([user('x')], temperature=S.t)",
        f"ask(t)\nask(m, 1.7)\n{HANDLE}.create([user('x')])",
    ]
)
STATEMENT = st.recursive(SIMPLE, blocks, max_leaves=8)


@st.composite
def programs(draw: st.DrawFn) -> str:
    before = draw(st.lists(STATEMENT, max_size=4))
    call = draw(CALLS)
    if draw(st.booleans()):
        call = f"if {draw(TESTS)}:\n{indented(call)}"
    after = draw(st.lists(STATEMENT, max_size=2))
    body = "\n".join(["t = 0.5", "p = {'top_p': 0.5}", "m = []", *before, call, *after])
    asked = f"def ask(message, t={draw(NUMBERS)}):\n    {HANDLE}.create([user('x')], temperature=t)\n"
    warm = f"def warmth(t={draw(NUMBERS)}):\n    return t\n"
    return f"class S:\n    t = {draw(NUMBERS)}\n{asked}{warm}ask('x')\ndef run():\n{indented(body)}\nrun()\n"


class Left(Exception):
    """What programs raise."""


class Recorder:
    """Stands for a client, whatever is asked of it, and notes the requests."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Recorder:
        return self

    def model(self, name: str) -> Recorder:
        return self

    def create(self, messages: list[Any], **parameters: Any) -> None:
        self.requests.append({"messages": list(messages), **parameters})


def change(settings: dict[str, Any]) -> None:
    settings["top_p"] = 0.4


def rules_broken(program: str) -> tuple[set[str], bool]:
    """The rules that the requests of a program break, whatever its flags are; and whether its own call runs."""
    model = CATALOGUES["v1.chat"][NAME]
    code = compile(program, "app.py", "exec")
    broken: set[str] = set()
    requests: list[dict[str, Any]] = []
    sent = False
    for a, b, flag, turns in itertools.product([True, False], [True, False], [0.4, None], [0, 1, 2]):
        client = Recorder()
        left = itertools.count()
        names: dict[str, Any] = {
            "a": a,
            "b": b,
            "client": client,
            "user": user,
            "Left": Left,
            "change": change,
            "more": lambda left=left, turns=turns: next(left) < turns,
            "flags": [flag],
            "continue_or_not": lambda leave: (_ for _ in ()).throw(Left) if leave else None,
        }
        with contextlib.suppress(Left, KeyError, TypeError):
            exec(code, names)
        # The first is that of `ask('x')`.
        sent = sent or len(client.requests) > 1
        requests += [request for request in client.requests if request not in requests]
    for request in requests:
        wire = {name: value for name, value in request.items() if value is not None}
        broken |= {found.rule for found in check("v1.chat", wire, model)}
    return broken, sent


@given(programs())
@settings(max_examples=500, deadline=None)
def test_what_is_reported_is_wrong_with_a_request_that_the_program_sends(program: str) -> None:
    reported = {one.rule for one in check_text(CLIENT + program, "app.py").findings}
    broken, sent = rules_broken(program)
    # A call that never runs is checked all the same.
    assume(sent)
    assert reported <= broken, program


def test_much_of_what_is_wrong_is_reported() -> None:
    program = (
        "def ask(t=2):\n    client.v1.chat.model('ERNIE-Lite-Pro-128K').create([user('x')], temperature=t)\n"
        "def run():\n    p = {}\n    if a:\n        p['top_p'] = 2\n    ask()\n    S = 1\nrun()\n"
    )
    assert {one.rule for one in check_text(CLIENT + program, "app.py").findings} == rules_broken(program)[0]
