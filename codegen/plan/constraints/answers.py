"""Ids that answer one another: results of tools and the calls that asked for them. It warns."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Beyond, Condition, Examples, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.python_source import steps
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Answered(ObjectConstraint):
    """Each answer has a call, each call an answer and an id of its own."""

    kind = "answers"
    code = "reference"
    codes = ("unanswered", "duplicate")

    answer: str
    """Dotted path of the answers' ids: messages[].tool_call_id."""
    call: str
    """Dotted path of the calls' ids: messages[].tool_calls[].id."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for answers in site.rules.answers:
            subject = answers.to.split("[")[0]
            if subject in site.known:
                common = site.common(f"{subject}.calls", cls.code, answers.source, "warning", place=subject)
                yield cls(**common, answer=answers.member, call=answers.to)

    def phrase(self) -> str:
        return say(
            "each {answer} answers one of {call} before it, each of which stands once and is answered",
            answer=self.answer,
            call=self.call,
        )

    def python(self, at: Spot) -> Iterator[Condition]:
        call = f"check_answers({at.rule}, {at.value}, {steps(self.answer)}, {steps(self.call)}, found)"
        yield Condition(None, call)

    def json_schema(self) -> Beyond:
        return Beyond(f"that {self.phrase()}")

    def data(self) -> Schema:
        return {"answer": self.answer, "call": self.call}

    def examples(self) -> Examples:
        subject = self.call.split("[")[0]
        call = {"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f"}}]}
        answer = {"role": "tool", "content": "x", "tool_call_id": "a"}
        user = {"role": "user", "content": "x"}
        outside = [[user, answer], [user, call, user], [user, call, answer, call, answer]]
        return Examples(({subject: [user, call, answer]},), tuple({subject: one} for one in outside))
