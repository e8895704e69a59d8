"""Checked calls: a call, the requests that it may send, and what is wrong with it whatever it turns out to send."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from qianfan_typed.python_source.names.choices import Assignment, variants
from qianfan_typed.python_source.names.values import Entry, ObjectValue, Site
from qianfan_typed.python_source.requests.source_requests import SourceRequest
from qianfan_typed.python_source.requests.sure_violations import SourceViolation
from qianfan_typed.reports.codes import Unchecked


@attrs.frozen
class CheckedCall:
    """A call that sends a request, or names a model."""

    requests: Sequence[tuple[Assignment, SourceRequest]]
    """What it may send, by what the code chooses. At least one."""
    sure: frozenset[Site] = frozenset()
    """The choices of which each option comes by."""

    @property
    def call(self) -> ast.Call:
        """The call itself."""
        return self.requests[0][1].call

    @property
    def first(self) -> SourceRequest:
        """The request that speaks for all: one that cannot be checked, if there is one."""
        hidden = self._hidden()
        return self.requests[0][1] if hidden is None else hidden

    @property
    def unchecked(self) -> Unchecked | None:
        """Why it is not checked, or only in part. None: it is."""
        hidden = self._hidden()
        return None if hidden is None else hidden.unchecked

    def _hidden(self) -> SourceRequest | None:
        """A request that is not checked. Where a parameter or setting may be anything, what is known of it counts."""
        groups: dict[frozenset[tuple[Site, int]], list[SourceRequest]] = {}
        for assignment, request in self.requests:
            branches = frozenset(pair for pair in assignment.items() if pair[0].kind == "branch")
            groups.setdefault(branches, []).append(request)
        for group in groups.values():
            if all(request.unchecked is not None for request in group):
                return group[0]
        return None

    def violations(self) -> Iterator[tuple[SourceRequest, SourceViolation]]:
        """What is surely wrong, and with which request.

        That is what is wrong with each request, and what is wrong with each of one option that surely comes by.
        """
        found = [(assignment, request, self._of(request)) for assignment, request in self.requests]
        said: set[object] = set()
        for assignment, request, faults in found:
            for key, fault in faults.items():
                if key not in said and self._is_sure(key, assignment, found):
                    said.add(key)
                    yield request, fault

    def _of(self, request: SourceRequest) -> dict[object, SourceViolation]:
        if len(self.requests) > 1 and request.unchecked == "unknown_model":
            # Another provider's, perhaps: the code goes on with several.
            return {}
        return {_key(fault): fault for fault in request.violations()}

    def _is_sure(
        self,
        key: object,
        assignment: Assignment,
        found: Sequence[tuple[Assignment, SourceRequest, Mapping[object, SourceViolation]]],
    ) -> bool:
        if all(key in faults for _, _, faults in found):
            return True
        for site in self.sure & assignment.keys():
            alike = [faults for other, _, faults in found if other.get(site) == assignment[site]]
            if all(key in faults for faults in alike):
                return True
        return False


def _key(fault: SourceViolation) -> object:
    return id(fault.node), fault.violation.rule, fault.violation.pointer


def checked_call(
    call: ast.Call,
    given: Mapping[str, ObjectValue],
    build: Callable[[Mapping[str, ObjectValue]], SourceRequest | None],
    otherwise: Callable[[], SourceRequest | None] = lambda: None,
) -> CheckedCall | None:
    """A call whose arguments may leave something to choose.

    Args:
        call: The call.
        given: Its arguments, and others that its request depends on.
        build: Makes a request of such arguments, with nothing left to choose. None: it cannot be known.
        otherwise: The request where `build` gives none. None: it is none that is looked at.
    """
    together = ObjectValue(call, {name: Entry(call, value) for name, value in given.items()})
    ways, sure = variants(together)
    requests: list[tuple[Assignment, SourceRequest]] = []
    for assignment, value in ways:
        if isinstance(value, ObjectValue):
            plain = {name: entry.value for name, entry in value.entries.items() if isinstance(entry.value, ObjectValue)}
            request = build(plain) or otherwise()
            if request is not None:
                requests.append((assignment, request))
    return CheckedCall(requests, sure) if requests else None
