"""Checks what the language's classes cannot say: that names exist, are used and do not collide."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import attrs

from codegen.names import property_name
from codegen.spec import language, service, types
from codegen.spec.problems import Document, Place, Problem

RESERVED_PROPERTIES = {"model", "endpoint"}
RESERVED_FIELDS = {"meta", "raw", "get", "to_dict", "json", "text", "to_message"}
PAGE_KEYS = {"source", "succeeds"}
TEXT_KEYS = {"doc", "meaning", "title", "note", "subject", "decided", "because"}


def problems(files: Iterable[tuple[Document, Any]]) -> Iterator[Problem]:
    """Everything wrong across files whose structure is right."""
    files = list(files)
    pages = {name for _, content in files if isinstance(content, service.SourcesFile) for name in content.pages}
    models = {
        name
        for _, content in files
        if isinstance(content, language.OperationFile)
        for group in content.groups.values()
        for name in group.models
    }
    platform = next((content for _, content in files if isinstance(content, service.PlatformFile)), None)
    shared: dict[str, language.Shape] = {}
    for document, content in files:
        yield from _references(document, document.data, (), pages)
        if isinstance(content, language.ShapesFile):
            for name in content.shapes.keys() & shared.keys():
                yield document.problem(("shapes", name), f"{name}: another shapes file has a shape of this name")
            shared |= content.shapes
        if isinstance(content, service.ErrorsFile):
            yield from _faults(document, content)
        if isinstance(content, service.SourcesFile):
            yield from _pages(document, content.pages, models)
    used: set[str] = set()
    for document, content in files:
        if isinstance(content, language.OperationFile):
            operation = OperationCheck(document, content, shared, platform)
            yield from operation.problems()
            used |= operation.shapes_used()
    for document, content in files:
        if isinstance(content, language.ShapesFile):
            yield from _shapes(document, content.shapes, shared)
            for name in content.shapes.keys() - used:
                yield document.problem(("shapes", name), f"{name}: no operation uses this shape")


def _pages(document: Document, pages: dict[str, service.Page], models: set[str]) -> Iterator[Problem]:
    for key, page in pages.items():
        for name, meant in page.names.items():
            for model in meant:
                if model not in models:
                    yield document.problem(("pages", key, "names", name), f"{model}: not a model{near(model, models)}")
        passed = {key}
        before = page.succeeds
        while before in pages and before not in passed:
            passed.add(before)
            before = pages[before].succeeds
        if before == key:
            yield document.problem(("pages", key, "succeeds"), f"{key}: succeeds itself, by way of its own editions")


def _faults(document: Document, content: service.ErrorsFile) -> Iterator[Problem]:
    for field in attrs.fields(service.ErrorsFile):
        table: service.ErrorTable = getattr(content, field.name)
        for fault, code in table.faults.items():
            if code not in table.codes:
                words = f"{code}: not a code of {field.name}{near(code, table.codes)}"
                yield document.problem((field.name, "faults", fault), words)


def _references(document: Document, data: object, place: Place, pages: set[str]) -> Iterator[Problem]:
    """Sources that no page has, texts that are empty or would break a docstring."""
    if isinstance(data, dict):
        for key, value in cast("dict[object, object]", data).items():
            word, inner = str(key), (*place, str(key))
            page = word if place[-1:] == ("says",) else value if word in PAGE_KEYS else None
            if page is not None and page not in pages:
                yield document.problem(inner, f"{page}: not a page of sources.yaml{near(str(page), pages)}")
            if word in TEXT_KEYS and isinstance(value, str):
                yield from _text(document, inner, word, value)
            yield from _references(document, value, inner, pages)
    elif isinstance(data, list):
        for index, value in enumerate(cast("list[object]", data)):
            yield from _references(document, value, (*place, index), pages)


def _text(document: Document, place: Place, word: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield document.problem(place, f"{word}: is empty; say it in a sentence")
    if '"""' in text or "\\" in text:
        yield document.problem(place, f'{word}: holds a backslash or """, which would break the generated docstring')


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or the known names where none is near."""
    known = sorted(known)
    matches = difflib.get_close_matches(word, known, 1)
    if matches:
        return f"; did you mean {matches[0]}?"
    return f"; known: {', '.join(known)}" if len(known) <= 40 else ""


def _shapes(
    document: Document, shapes: dict[str, language.Shape], known: dict[str, language.Shape]
) -> Iterator[Problem]:
    for name, shape in shapes.items():
        place = ("shapes", name)
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield document.problem(place, f"{name}: a shape's name is in CamelCase")
        for member, field in shape.fields.items():
            yield from _field(document, (*place, "fields", member), member, field, known)
        yield from _rules(document, (*place, "rules"), shape.rules, shape.fields, known)


def _field(
    document: Document, place: Place, name: str, field: language.Field, shapes: dict[str, language.Shape]
) -> Iterator[Problem]:
    if not name.isidentifier() or keyword.iskeyword(name):
        yield document.problem(place, f"{name}: Python has no such name; a parameter or member needs one")
    try:
        kind = types.parse(field.type)
    except types.TypeSyntaxError as error:
        yield document.problem((*place, "type"), str(error))
        return
    for shape in types.shapes_in(kind):
        if shape not in shapes:
            yield document.problem(
                (*place, "type"), f"{shape}: not a shape or a type{near(shape, {*shapes, *types.PLAIN})}"
            )
    options = kind.options if isinstance(kind, types.OneOf) else (kind,)
    if len([option for option in options if isinstance(option, types.ShapeRef | types.MapOf)]) > 1:
        yield document.problem(
            (*place, "type"), f"{field.type}: two kinds of object, which a value does not tell apart"
        )
    plain = {option.name for option in options if isinstance(option, types.Plain)}
    holders = [option for option in options if isinstance(option, types.ListOf | types.MapOf)]
    texts = "string" in plain or any(option == types.ListOf(types.Plain("string")) for option in options)
    fits = {
        "range": bool(plain & {"int", "float"}),
        "enum": bool(plain & {"string", "int"}),
        "min_items": bool(holders),
        "max_items": bool(holders),
        "max_length": texts,
        "non_empty": texts,
        "max_bytes": "image" in plain,
        "sides": bool(plain & {"image", "string"}),
    }
    for word, fit in fits.items():
        if getattr(field, word) not in (None, False) and not fit:
            yield document.problem((*place, word), f"{word}: does not go with the type {field.type} of {name}")
    yield from _default(document, place, name, field.default, field)


def _default(document: Document, place: Place, name: str, default: Any, field: Any) -> Iterator[Problem]:
    if default is None:
        return
    if not _fits(default, types.parse(field.type)):
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is no {field.type}")
        return
    if field.enum is not None and default not in field.enum:
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is not one of its values")
    if field.range is not None and not holds(field.range, default):
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is outside {field.range.text}")


def _fits(default: language.Scalar, kind: types.Type) -> bool:
    """Whether a default has its parameter's type."""
    kinds = kind.options if isinstance(kind, types.OneOf) else (kind,)
    plain = {option.name for option in kinds if isinstance(option, types.Plain)}
    match default:
        case bool():
            return "bool" in plain
        case int():
            return bool(plain & {"int", "float"})
        case float():
            return "float" in plain
        case _:
            return "string" in plain


def holds(interval: language.Range, value: float) -> bool:
    """Whether a number is in an interval; bounds that name a model's limit are open here."""
    low, high = interval.low, interval.high
    above = not isinstance(low.value, int | float) or (value > low.value if low.open else value >= low.value)
    below = not isinstance(high.value, int | float) or (value < high.value if high.open else value <= high.value)
    return above and below


def _rules(
    document: Document,
    place: Place,
    rules: language.Rules,
    fields: dict[str, language.Field],
    shapes: dict[str, language.Shape],
) -> Iterator[Problem]:
    for word in attrs.fields_dict(language.Rules):
        for index, rule in enumerate(getattr(rules, word)):
            for key, path in _paths(rule):
                fault = _resolve(path, fields, shapes)
                if fault:
                    yield document.problem((*place, word, index, *key), fault)


def _paths(rule: Any) -> Iterator[tuple[Place, str]]:
    for word in ("member", "to"):
        if hasattr(rule, word):
            yield (word,), getattr(rule, word)
    for word in ("when", "unless", "only_when"):
        condition = getattr(rule, word, None)
        if condition is not None:
            yield (word, "member"), condition.member
    for word in ("one_of", "of"):
        for index, path in enumerate(getattr(rule, word, ())):
            yield (word, index), path


def _resolve(path: str, fields: dict[str, language.Field], shapes: dict[str, language.Shape]) -> str | None:
    """What is wrong with a dotted path, or None."""
    for step in path.split("."):
        name = step.removesuffix("[]")
        if name not in fields:
            return f"{name}: nothing of this name here{near(name, fields)}"
        named = [shapes[shape] for shape in types.shapes_in(types.parse(fields[name].type)) if shape in shapes]
        fields = {member: field for shape in named for member, field in shape.fields.items()}
    return None


@attrs.frozen
class OperationCheck:
    """Checks one operation."""

    document: Document
    operation: language.OperationFile
    shared: dict[str, language.Shape]
    platform: service.PlatformFile | None

    @property
    def shapes(self) -> dict[str, language.Shape]:
        """The shapes it may name."""
        return self.shared | self.operation.shapes

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with it."""
        yield from self._wire()
        for name, field in self.operation.parameters.items():
            yield from _field(self.document, ("parameters", name), name, field, self.shapes)
        yield from _shapes(self.document, self.operation.shapes, self.shapes)
        yield from _rules(self.document, ("rules",), self.operation.rules, self.operation.parameters, self.shapes)
        yield from self._unused()
        for name, group in self.operation.groups.items():
            yield from self._group(("groups", name), name, group)
        yield from self._names()

    def _wire(self) -> Iterator[Problem]:
        operation, document = self.operation, self.document
        for word, name in (("reply", operation.reply), ("stream", operation.stream and operation.stream.chunk)):
            if name and name not in self.shapes:
                yield document.problem((word,), f"{name}: not a shape{near(name, self.shapes)}")
        tops = {operation.reply, operation.stream.chunk if operation.stream else operation.reply}
        for name in tops & operation.shapes.keys():
            for member in operation.shapes[name].fields.keys() & RESERVED_FIELDS:
                yield document.problem(
                    ("shapes", name, "fields", member), f"{member}: every reply has a method of this name"
                )
        if not re.fullmatch(r"(GET|POST|PUT|DELETE) [/{]\S*", operation.http):
            yield document.problem(
                ("http",), f"{operation.http!r}: expected a method and a path, as POST /v2/embeddings"
            )
        if self.platform is not None:
            if operation.host not in self.platform.hosts:
                yield document.problem(
                    ("host",),
                    f"{operation.host}: not a host of platform.yaml{near(operation.host, self.platform.hosts)}",
                )
            for word in re.findall(r"\{(\w+)\}", operation.http):
                if word != "path" and word not in self.platform.prefixes:
                    yield document.problem(
                        ("http",), f"{{{word}}}: not a prefix of platform.yaml{near(word, self.platform.prefixes)}"
                    )
        yield from self._parameters(("subject",), operation.subject)

    def _unused(self) -> Iterator[Problem]:
        operation, document = self.operation, self.document
        taken = {name for group in operation.groups.values() for name in (*group.takes, *group.disputed)}
        taken |= {name for word in taken & operation.sets.keys() for name in operation.sets[word]}
        for name in operation.parameters.keys() - taken if operation.model_in != "none" else ():
            yield document.problem(("parameters", name), f"{name}: no group takes this parameter")
        for name in operation.sets.keys() - taken:
            yield document.problem(("sets", name), f"{name}: no group takes this set")
        for name in operation.sets.keys() & operation.parameters.keys():
            yield document.problem(("sets", name), f"{name}: a parameter has this name")
        for name, members in operation.sets.items():
            yield from self._parameters(("sets", name), members)
        first = next(iter(operation.dialogues), None)
        in_use = {group.dialogue or first for group in operation.groups.values()}
        for name in operation.dialogues.keys() - in_use:
            yield document.problem(("dialogues", name), f"{name}: no group has this dialogue")
        for name in operation.shapes.keys() & self.shared.keys():
            yield document.problem(("shapes", name), f"{name}: a shapes file has a shape of this name")
        for name in operation.shapes.keys() - self.shapes_used():
            yield document.problem(("shapes", name), f"{name}: nothing uses this shape")

    def shapes_used(self) -> set[str]:
        """The shapes that its parameters and its replies reach."""
        operation = self.operation
        pending: set[str] = {operation.reply, *([operation.stream.chunk] if operation.stream else [])}
        fields = list(operation.parameters.values())
        found: set[str] = set()
        while pending or fields:
            for field in fields:
                try:
                    pending |= set(types.shapes_in(types.parse(field.type)))
                except types.TypeSyntaxError:
                    continue
            new = {name for name in pending if name in self.shapes} - found
            found |= new
            fields = [field for name in new for field in self.shapes[name].fields.values()]
            pending.clear()
        return found

    def _parameters(self, place: Place, names: list[str], known: Iterable[str] = ()) -> Iterator[Problem]:
        known = {*known, *self.operation.parameters}
        for index, name in enumerate(names):
            if name not in known:
                yield self.document.problem((*place, index), f"{name}: not a parameter{near(name, known)}")

    def _group(self, place: Place, name: str, group: language.Group) -> Iterator[Problem]:
        document, operation = self.document, self.operation
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield document.problem(place, f"{name}: a group's name is in CamelCase, it becomes a class")
        modelless = operation.deployed_path is not None and not any(one.models for one in operation.groups.values())
        if not group.models and not modelless:
            yield document.problem(place, f"{name}: no model is in this group")
        yield from self._parameters((*place, "takes"), group.takes, operation.sets)
        takes = {member for word in group.takes for member in operation.sets.get(word, [word])}
        for word, narrow in group.narrow.items():
            if word not in takes:
                yield document.problem((*place, "narrow", word), f"{word}: {name} does not take it{near(word, takes)}")
            elif word in operation.parameters:
                merged = attrs.evolve(
                    operation.parameters[word],
                    range=narrow.range or operation.parameters[word].range,
                    enum=narrow.enum or operation.parameters[word].enum,
                )
                default = merged.default if narrow.default is None else narrow.default
                yield from _default(document, (*place, "narrow", word), word, default, merged)
        for word, dispute in group.disputed.items():
            if isinstance(dispute, language.Dispute):
                for index, model in enumerate(dispute.models):
                    if model not in group.models:
                        spot = (*place, "disputed", word, "models", index)
                        yield document.problem(spot, f"{model}: not a model of {name}{near(model, group.models)}")
            if word not in operation.parameters:
                yield document.problem(
                    (*place, "disputed", word), f"{word}: not a parameter{near(word, operation.parameters)}"
                )
            elif word in takes:
                yield document.problem(
                    (*place, "disputed", word), f"{word}: {name} takes it; disputed is for what it may not take"
                )
        if group.dialogue is not None and group.dialogue not in operation.dialogues:
            yield document.problem(
                (*place, "dialogue"), f"{group.dialogue}: not a dialogue{near(group.dialogue, operation.dialogues)}"
            )

    def _names(self) -> Iterator[Problem]:
        """Models whose names, aliases, properties or paths collide."""
        names: dict[str, str] = {}
        properties: dict[str, str] = {}
        paths: dict[str, str] = {}
        every = {model for group in self.operation.groups.values() for model in group.models}
        for group_name, group in self.operation.groups.items():
            for model_name, model in group.models.items():
                place: Place = ("groups", group_name, "models", model_name)
                yield from self._model(place, model_name, model, every)
                if model.path is not None and paths.setdefault(model.path, model_name) != model_name:
                    yield self.document.problem((*place, "path"), f"{model.path}: {paths[model.path]} has this path")
                for index, word in enumerate((model_name, *model.aliases)):
                    spot = place if index == 0 else (*place, "aliases", index - 1)
                    key = word.casefold() if self.operation.version == "v1" else word
                    if index > 0 and word in (model_name, *model.aliases[: index - 1]):
                        yield self.document.problem(spot, f"{word}: stands here twice")
                    elif names.get(key, model_name) != model_name:
                        yield self.document.problem(spot, f"{word}: {names[key]} has this name or alias already")
                    names.setdefault(key, model_name)
                    handle = property_name(word)
                    if properties.setdefault(handle, model_name) != model_name:
                        yield self.document.problem(
                            spot, f"{word}: its property {handle} is that of {properties[handle]} already"
                        )
                    if handle in RESERVED_PROPERTIES:
                        yield self.document.problem(spot, f"{word}: its property {handle} is the name of a method")

    def _model(self, place: Place, name: str, model: language.Model, every: set[str]) -> Iterator[Problem]:
        if self.operation.model_in == "path" and model.prebuilt and model.path is None:
            yield self.document.problem(place, f"{name}: a prebuilt model needs a path")
        if not model.prebuilt and not model.deployable:
            yield self.document.problem(place, f"{name}: neither prebuilt nor deployable: nobody can call it")
        if model.replaced_by is not None and model.replaced_by not in every:
            yield self.document.problem(
                (*place, "replaced_by"), f"{model.replaced_by}: not a model{near(model.replaced_by, every)}"
            )
