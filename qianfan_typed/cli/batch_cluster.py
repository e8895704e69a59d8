"""Batches on a cluster: what `--engine ray` adds to a run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qianfan_typed.cli.terminal import say
from qianfan_typed.errors import ConfigurationError

if TYPE_CHECKING:
    from qianfan_typed.batch.engine import Engine


def engine_of(
    name: str, address: str | None, actors: int | None, *, remote: bool, given: Mapping[str, object]
) -> Callable[..., Engine]:
    """What carries the calls out.

    Args:
        name: `local` or `ray`.
        address: The cluster.
        actors: How many processes make calls.
        remote: Whether the platform's own batches are to do it.
        given: Arguments of the client.

    Raises:
        ConfigurationError: The options do not go together, or Ray is not installed.
    """
    from qianfan_typed.batch.engine import Engine

    if name == "local":
        for option, value in {"--address": address, "--actors": actors}.items():
            if value is not None:
                message = f"{option} {value}: is of a cluster: say --engine ray too, or leave it out"
                raise ConfigurationError(message=message, setting=option)
        return Engine
    if name != "ray":
        raise ConfigurationError(message=f"--engine {name}: must be local or ray", setting="--engine")
    if remote:
        message = "--engine ray, --remote: the platform's own batches need no cluster: leave one of them out"
        raise ConfigurationError(message=message, setting="--engine")
    _require_no_keys(given)
    from qianfan_typed.ray.engine import Cluster, ClusterEngine
    from qianfan_typed.ray.installed import require_ray

    require_ray()
    return partial(ClusterEngine, Cluster(address=address, actors=actors, given=given))


def _require_no_keys(given: Mapping[str, object]) -> None:
    """Raises ConfigurationError where the command line has a key: Ray lists the command lines of its jobs."""
    from qianfan_typed.config import TABLE, key_among

    key = key_among(given)
    if key is not None:
        option = f"--{key.replace('_', '-')}"
        message = (
            f"{option}: Ray would show the command line to all who see its jobs: set {TABLE[key].variable} instead"
        )
        raise ConfigurationError(message=message, setting=option)


@contextmanager
def placed(
    inputs: Sequence[str], output: str, engine: str, *, writes: bool = True
) -> Generator[tuple[list[str], Path]]:
    """Input and output on this machine. What is elsewhere is copied here before and there after, for `ray` alone.

    Args:
        inputs: Files, folders and patterns.
        output: A file.
        engine: `local` or `ray`.
        writes: Whether there will be an output: a dry run has none.
    """
    from qianfan_typed.ray.places import at_hand, is_elsewhere, local_name

    elsewhere = [one for one in (*inputs, output) if is_elsewhere(one)]
    if engine != "ray" or not elsewhere:
        yield list(inputs), Path(output)
        return
    with at_hand(inputs) as found:
        here = local_name(output)
        try:
            yield found, here
        except SystemExit:  # It ended, but not all is well: what came of it is put there too.
            _put(here, output)
            raise
        if writes:
            _put(here, output)


def _put(here: Path, output: str) -> None:
    from qianfan_typed.ray.places import is_elsewhere, put

    if is_elsewhere(output) and here.exists():
        put(here, output)
        say(f"{output}: written; {here} and {here}.batch stay here, to go on with")
