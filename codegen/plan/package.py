"""Every file of `generated/qianfan_api`, with what its template needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import attrs

from codegen.names import camel, constant, property_name, snake
from codegen.plan import check_plan, facts, phrasing, python_types, shapes
from codegen.plan.check_model import RuleConstant
from codegen.plan.constraints import Constraint
from codegen.plan.constraints.allowed_values import AllowedValues
from codegen.plan.constraints.item_count import ItemCount
from codegen.plan.docstrings import argument
from codegen.plan.documents import Argument, Served, calls_of, option_type
from codegen.plan.editions import Edition, Editions
from codegen.plan.members import Parameter
from codegen.plan.namespaces import Namespace, namespaces
from codegen.plan.openapi import openapi
from codegen.plan.phrasing import one_line
from codegen.plan.plain_types import imports
from codegen.plan.python_source import literal
from codegen.plan.resolve import resolve
from codegen.plan.resolved import Group, Model, Operation
from codegen.plan.schemas import Schemas
from codegen.spec import Spec, language, placement, service
from codegen.spec.schema import spec_schemas

SUPPORT = Path(__file__).parent.parent / "support"


@attrs.frozen
class File:
    """A file to write: from a template with its values, or as it is."""

    path: str
    template: str | None = None
    values: dict[str, Any] = attrs.field(factory=dict[str, Any])
    text: str | None = None


@attrs.frozen
class HandleClass:
    """A group's handle, with its request and its params."""

    name: str
    group: Group
    doc: str
    source: str
    subjects: list[Argument]
    """What is given by position."""
    options: list[Argument]
    """What is given by keyword, the required first."""

    @property
    def converses(self) -> bool:
        """Whether it takes a conversation and nothing else by position."""
        return [one.name for one in self.subjects] == ["messages"]

    @property
    def conversation(self) -> str:
        """The type of a conversation that may be read from elsewhere: its messages may be any mappings."""
        return next(one.annotation for one in self.subjects if one.name == "messages").replace(
            "Message]", "Message | Mapping[str, object]]"
        )

    @property
    def runs(self) -> bool:
        """Whether its models call functions."""
        return self.converses and bool(_FUNCTIONS & self._names)

    @property
    def parses(self) -> bool:
        """Whether its models can be held to a form: by `response_format`, or as arguments of a function."""
        return self.converses and ("response_format" in self._names or (self.runs and "tool_choice" in self._names))

    @property
    def _names(self) -> set[str]:
        return {one.name for one in self.options if not one.disputed}

    @property
    def required(self) -> list[Argument]:
        """The options that must be given."""
        return [one for one in self.options if one.required]

    @property
    def settings(self) -> list[Argument]:
        """The other options, but for the functions themselves where `run` gives them."""
        return [one for one in self.options if not one.required and one not in self.functions]

    @property
    def functions(self) -> list[Argument]:
        """The option that offers functions, if there is one."""
        return [one for one in self.options if self.runs and one.name in _FUNCTIONS]

    @property
    def run_params(self) -> str:
        """The TypedDict of what `run` and `parse` take."""
        return f"{self.name}RunParams"

    @property
    def models(self) -> str:
        """The names of its models in a row."""
        names = [model.name for model in self.group.models]
        return ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:6])} and {len(names) - 6} more"


@attrs.frozen
class Property:
    """A model's property of the namespace: one for each name and alias."""

    name: str
    model: Model
    label: str
    handle: str
    deprecation: str | None
    priced: str
    """The day of its price."""

    @property
    def doc(self) -> str:
        """What stands in its docstring."""
        model = self.model.model
        alias = f"Another name of {self.model.name}. " if self.label != self.model.name else ""
        facts: list[str] = []
        if self.model.retirement is not None:
            facts.append(self.model.retirement.phrase())
        if not model.prebuilt:
            facts.append('only as an endpoint of your own: `.at("your_endpoint")`')
        for limit, unit in _LIMIT_WORDS.items():
            if limit in self.model.limits:
                facts.append(f"{unit} {self.model.limits[limit]:,}")
        if self.model.rates is not None:
            facts.append(phrasing.rates(self.model.rates))
        if model.price is not None:
            facts.append(f"{phrasing.price(model.price)} ({self.priced})")
        if model.abilities:
            facts.append(f"can {', '.join(model.abilities)}")
        if model.unverified:
            facts.append("no page of the documentation lists what it takes: its rules only warn")
        said = "; ".join(facts)
        return f"{self.label}. {alias}{f'{said[0].upper()}{said[1:]}.' if said else ''}".strip()


@attrs.frozen
class Overload:
    """Names that give one kind of handle: an overload of `model(name)`."""

    group: str
    callable: bool
    """Whether the platform serves them ready-made."""
    labels: list[str]
    deprecation: str | None


_FUNCTIONS = {"functions", "tools"}
"""The parameters that offer functions, on V1 and V2."""
_BOTH = (("", False), ("async_", True))
_LIMIT_WORDS = {
    "context": "context tokens:",
    "max_chars": "input characters at most",
    "max_input_tokens": "input tokens at most",
    "max_output_tokens": "output tokens at most",
    "max_thinking_tokens": "thinking tokens at most",
}


@attrs.frozen
class Package:
    """Plans the package."""

    spec: Spec

    def files(self) -> Iterator[File]:
        """Every file to write, in any order."""
        operations = [resolve(self.spec, operation) for operation in self.spec.operations]
        for path in sorted(SUPPORT.glob("*.py")):
            yield File(
                f"qianfan_api/{path.name}", "support.py.jinja", {"text": path.read_text("utf-8"), "name": path.name}
            )
        yield File("qianfan_api/py.typed", text="")
        body, names = shapes.typed_dicts(operations)
        yield File("qianfan_api/shapes.py", "shapes.py.jinja", {"body": body, "names": names})
        kinds = get_args(service.ErrorKind)
        shared = {
            "operations": operations,
            "spec": self.spec,
            "pages": self.spec.pages,
            "editions": Editions(self.spec),
            "namings": {operation.api: _namings(operation) for operation in operations},
            "kinds": kinds,
        }
        for name in ("sources", "platform", "error_codes", "models", "operations", "registry"):
            yield File(f"qianfan_api/{name}.py", f"{name}.py.jinja", shared)
        for operation in operations:
            if operation.operation.batch_file is not None:
                yield File("qianfan_api/batch_file.py", "batch_file.py.jinja", {"operation": operation})
        for version, root in sorted(namespaces(operations).items()):
            spaces = {"version": version, "spaces": [*root.within.values()]}
            yield File(f"qianfan_api/{version}/__init__.py", "version.py.jinja", spaces)
            for space in root.walk():
                if space.operation is not None:
                    typed = shapes.typed_dict_names(operations)
                    yield from self._operation(
                        space.operation, space, typed, shapes.homes(operations, self.spec.shapes)
                    )
                elif space is not root:
                    yield from _group_of_operations(space)
        yield from self._documents(operations)
        for operation in operations:
            for name, text in Schemas(self.spec, operation).files():
                yield File(name, text=text)
        yield File("qianfan_api/facts.json", text=facts.as_text(self.spec, operations))
        yield File("schemas/openapi.json", text=openapi(self.spec, operations))
        for name, schema in spec_schemas().items():
            yield File(f"schemas/spec/{name}.schema.json", text=schema)

    def _documents(self, operations: list[Operation]) -> Iterator[File]:
        """The classes of the platform's documents."""
        typed = shapes.typed_dict_names(operations)
        served = {operation.api: self._served(operation, typed) for operation in operations}
        values: dict[str, Any] = {"documents": self.spec.documents, "shape_names": sorted(set(typed.values()))}
        values["type_imports"] = "\n".join(imports())
        for name in ("__init__", "classes", "options"):
            yield File(f"qianfan_api/documents/{name}.py", f"documents/{name}.py.jinja", values)
        for calls in calls_of(self.spec.documents, served):
            path = f"qianfan_api/documents/{calls.module}.py"
            yield File(path, "documents/calls.py.jinja", {**values, "calls": calls})

    def _served(self, operation: Operation, typed: dict[str, str]) -> Served:
        every = self._handle(operation, operation.any_model, typed)
        stream = operation.operation.stream
        return Served(
            operation.api,
            operation.operation.reply,
            stream.chunk if stream else None,
            [*every.subjects, *every.options],
            bool(operation.models),
        )

    def _operation(
        self, operation: Operation, space: Namespace, typed: dict[str, str], homes: dict[str, str]
    ) -> Iterator[File]:
        folder = f"qianfan_api/{operation.api.replace('.', '/')}"
        stream = operation.operation.stream
        reply = "BytesReply" if operation.operation.reply == placement.BYTES else operation.operation.reply
        values: dict[str, Any] = {
            "operation": operation,
            "handles": [self._handle(operation, group, typed) for group in operation.groups],
            "every": self._handle(operation, operation.any_model, typed),
            "shape_names": sorted(set(typed.values())),
            "class_name": space.class_name,
            "space": space,
            "reply": reply,
            "chunk": stream.chunk if stream else "Reply",
            "reply_names": [name for name in (reply, stream.chunk if stream else "") if name in operation.shapes],
            "entry": stream is not None and operation.operation.entry is not None,
            "most": _most_items(operation),
            "placed": [*placement.outside_json(operation.operation)],
            "type_imports": "\n".join(imports()),
        }
        body = shapes.reply_classes(operation, homes)
        elsewhere = {
            name: homes[name] for name in operation.reply_shapes if homes.get(name, operation.api) != operation.api
        }
        own = [operation.shapes[name] for name in operation.reply_shapes if name not in elsewhere]
        bases = sorted({shape.base for shape in own if shape.base})
        types = {**values, "body": body, "bases": bases, "elsewhere": elsewhere}
        yield File(f"{folder}/types.py", "types.py.jinja", types)
        yield File(f"{folder}/operation.py", "one_operation.py.jinja", values)
        yield File(
            f"{folder}/validators.py", "validators.py.jinja", {**values, "plan": check_plan.plan(self.spec, operation)}
        )
        yield File(f"{folder}/__init__.py", "operation_init.py.jinja", values)
        if operation.operation.model_in == "none":
            for prefix, asynchronous in _BOTH:
                both = {**values, "asynchronous": asynchronous}
                yield File(f"{folder}/{prefix}namespace.py", "plain_namespace.py.jinja", both)
            return
        for name in ("params", "names") if operation.models else ("params",):
            yield File(f"{folder}/{name}.py", f"{name}.py.jinja", values)
        yield File(f"{folder}/requests/__init__.py", "requests.py.jinja", values)
        for handle in values["handles"]:
            yield File(f"{folder}/requests/{snake(handle.name)}.py", "request.py.jinja", {**values, "handle": handle})
        overloads = list(_overloads(operation))
        values["properties"] = list(_properties(operation))
        values["overloads"] = overloads
        values["kinds"] = list({(one.group, one.callable): one for one in overloads}.values())
        for prefix, asynchronous in _BOTH:
            both = {**values, "asynchronous": asynchronous}
            yield File(f"{folder}/{prefix}handles.py", "handles.py.jinja", both)
            yield File(f"{folder}/{prefix}namespace.py", "namespace.py.jinja", both)
        if operation.operation.entry is not None:
            name = "completions" if stream else "entry"
            yield File(f"{folder}/{name}.py", f"{name}.py.jinja", values)

    def _handle(self, operation: Operation, group: Group, typed: dict[str, str]) -> HandleClass:
        arguments = [
            Argument(
                one.name,
                python_types.request(one.type, _values(one), typed),
                argument(one, group, operation.any_model.shapes),
                one.field.required and one.name not in group.disputed,
                one.name in group.disputed,
            )
            for one in group.arguments
        ]
        # What stands in the path comes first, by position.
        names = list(dict.fromkeys([*placement.path_parameters(operation.operation), *operation.operation.subject]))
        subjects = [one for name in names for one in arguments if one.name == name]
        options = sorted((one for one in arguments if one.name not in names), key=lambda one: not one.required)
        page = self.spec.pages[group.page]
        title = page.title if page.url is None else f"[{page.title}]({page.url})"
        source = f"{title}, read {page.read}"
        return HandleClass(group.name, group, one_line(group.doc), source, subjects, options)


def _most_items(operation: Operation) -> dict[str, int]:
    """Group → how many items a request bears, where the reply has one for each: of embeddings."""
    if operation.operation.reply == placement.BYTES or operation.shapes[operation.operation.reply].base != "Embeddings":
        return {}
    found: dict[str, int] = {}
    for group in operation.groups:
        one = group.parameter(operation.operation.subject[0])
        count = None if one is None else one.constraint("items")
        if isinstance(count, ItemCount) and count.most is not None:
            found[group.name] = count.most
    return found


def _group_of_operations(space: Namespace) -> Iterator[File]:
    """The package of a name that is no operation, and has some within it."""
    folder = f"qianfan_api/{space.api.replace('.', '/')}"
    yield File(f"{folder}/__init__.py", "group_init.py.jinja", {"space": space})
    for prefix, asynchronous in _BOTH:
        both = {"space": space, "asynchronous": asynchronous}
        yield File(f"{folder}/{prefix}namespace.py", "group_namespace.py.jinja", both)


def _properties(operation: Operation) -> Iterator[Property]:
    for model in operation.models:
        seen: set[str] = set()
        for label in model.names:
            name = property_name(label)
            if name not in seen:
                seen.add(name)
                price = model.model.price
                priced = "" if price is None else str(operation.editions.every[price.source].read)
                yield Property(name, model, label, model.group, _retirement(model), priced)


def _overloads(operation: Operation) -> Iterator[Overload]:
    for group in operation.groups:
        for ready in (True, False):
            models = [model for model in group.models if model.callable is ready]
            labels = [label for model in models if not model.model.retired for label in model.names]
            if labels:
                yield Overload(group.name, ready, labels, None)
            for model in models:
                if model.model.retired:
                    yield Overload(group.name, ready, model.names, _retirement(model))


def _retirement(model: Model) -> str | None:
    """What its property is struck through with. None: it is in service."""
    return None if model.retirement is None else f"{model.name}: {model.retirement.phrase()}."


def _values(one: Parameter) -> tuple[language.Scalar, ...] | None:
    found = one.constraint("enum")
    return found.values if isinstance(found, AllowedValues) else None


def _namings(operation: Operation) -> list[tuple[Edition, ...]]:
    """The sets of editions that name models of an operation."""
    return list(dict.fromkeys(model.named_by for model in operation.models))


def rule_of(one: Constraint) -> str:
    """The expression that makes a constraint's rule."""
    return RuleConstant("", f"{one.api}.{one.path}", one.basis, one.level).expression


def constants() -> dict[str, Any]:
    """What every template may call."""
    return {
        "constant": constant,
        "snake": snake,
        "camel": camel,
        "literal": literal,
        "one_line": one_line,
        "rule_of": rule_of,
        "option_type": option_type,
    }
