"""Reference: a page for each operation, parameter, model and rule, made from the facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2

from qianfan_typed.explorer.model_views import ModelView, model_sheet, model_views, operation_views
from qianfan_typed.explorer.rule_views import rule_lines, rule_page
from qianfan_typed.facts.explanations import Explanation, OperationExplanation, OwnExplanation, explain, explain_member
from qianfan_typed.facts.facts_file import facts

_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~$])")


def reference() -> dict[str, str]:
    """Every page: its path on the site → what it holds."""
    return dict(_Reference().pages())


class _Reference:
    """The pages, and what leads from one to another."""

    def __init__(self) -> None:
        loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
        self.templates = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )
        self.templates.filters |= {"md": _escaped, "json": _json, "file": file_name}
        self.rules = {one.id for one in rule_lines()}
        self.models: dict[str, list[ModelView]] = {}
        for model in model_views():
            self.models.setdefault(model.api, []).append(model)

    def pages(self) -> Iterator[tuple[str, str]]:
        yield self._page("reference/index.md", "index", operations=operation_views(), models=self.models)
        for api in facts().operations:
            yield from self._of_operation(api)
        for line in rule_lines():
            own = explain(line.id)
            words = {"own": own if isinstance(own, OwnExplanation) else None, "line": line}
            yield self._page(f"reference/rules/{file_name(line.id)}.md", "rule", rule=rule_page(line.id), **words)
        yield self._page("reference/rules/index.md", "rules", rules=rule_lines())

    def _of_operation(self, api: str) -> Iterator[tuple[str, str]]:
        whole = explain(api)
        assert isinstance(whole, OperationExplanation)
        names = _parameters(api)
        of = [line for line in rule_lines() if line.api == api]
        folder = f"reference/{api}"
        yield self._page(
            f"{folder}/index.md", "operation", of=whole, parameters=names, models=self.models.get(api, []), rules=of
        )
        for name, explained in names.items():
            yield self._page(f"{folder}/{file_name(name)}.md", "parameter", of=explained, name=name)
        for model in self.models.get(api, []):
            page = f"{folder}/models/{file_name(model.name)}.md"
            yield self._page(page, "model", sheet=model_sheet(api, model.name), names=names)

    def _page(self, path: str, template: str, **given: object) -> tuple[str, str]:
        text = self.templates.get_template(f"{template}.md.jinja").render(
            rule_pages=self.rules,
            model_pages={api: {one.name for one in of} for api, of in self.models.items()},
            **given,
        )
        return path, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _parameters(api: str) -> Mapping[str, Explanation]:
    """The parameters of an operation, and the members of their objects, by their names."""
    explained = [explain_member(api, place) for place in facts().operations[api].members]
    return {one.name.removeprefix(f"{api}."): one for one in explained}


def file_name(name: str) -> str:
    """A name as a part of a path. What ends in a dot and two letters would be a page in another language."""
    return re.sub(r"\.(\w\w)$", r"-\1", re.sub(r"[^\w.-]+", "-", name))


def _escaped(text: object) -> str:
    """A text as Markdown shows it, in tables too."""
    return _MARKS.sub(r"\\\1", str(text)).replace("\n", " ")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
