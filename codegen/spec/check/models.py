"""Groups and models: what a group takes is there, and no two models share a name, a property or a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from codegen.names import property_name
from codegen.spec import language
from codegen.spec.check.fields import default_problems
from codegen.spec.check.profiles import profile_problems, whole_groups
from codegen.spec.problems import Document, Place, Problem, near
from codegen.spec.profiles import taken

RESERVED_PROPERTIES = {"model", "endpoint"}


@attrs.frozen
class ModelsCheck:
    """Checks an operation's groups and their models."""

    document: Document
    operation: language.OperationFile

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with them."""
        yield from profile_problems(self.document, self.operation)
        for name, group in whole_groups(self.operation).items():
            yield from self._group(("groups", name), name, group)
        yield from self._names()

    def _group(self, place: Place, name: str, group: language.Group) -> Iterator[Problem]:
        document, operation = self.document, self.operation
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield document.problem(place, f"{name}: a group's name is in CamelCase, it becomes a class")
        modelless = operation.deployed_path is not None and not any(one.models for one in operation.groups.values())
        if not group.models and not modelless:
            yield document.problem(place, f"{name}: no model is in this group")
        yield from parameter_problems(
            document, operation, (*place, "takes"), operation.groups[name].takes, operation.sets
        )
        takes = taken(operation, group)
        yield from self._narrowed(place, name, group, takes)
        yield from self._disputed(place, name, group, takes)
        if group.dialogue is not None and group.dialogue not in operation.dialogues:
            yield document.problem(
                (*place, "dialogue"), f"{group.dialogue}: not a dialogue{near(group.dialogue, operation.dialogues)}"
            )

    def _narrowed(self, place: Place, name: str, group: language.Group, takes: set[str]) -> Iterator[Problem]:
        document, operation = self.document, self.operation
        for word, narrow in group.narrow.items():
            if word.split(".")[0] not in takes:
                yield document.problem((*place, "narrow", word), f"{word}: {name} does not take it{near(word, takes)}")
            elif word in operation.parameters:
                merged = attrs.evolve(
                    operation.parameters[word],
                    range=narrow.range or operation.parameters[word].range,
                    enum=narrow.enum or operation.parameters[word].enum,
                )
                default = merged.default if narrow.default is None else narrow.default
                yield from default_problems(document, (*place, "narrow", word), word, default, merged)

    def _disputed(self, place: Place, name: str, group: language.Group, takes: set[str]) -> Iterator[Problem]:
        document, operation = self.document, self.operation
        for word, dispute in operation.groups[name].disputed.items():
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
                    if not handle:
                        yield self.document.problem(
                            spot, f"{word}: its property needs a letter or a digit of ASCII to be named after"
                        )
                    if handle in RESERVED_PROPERTIES:
                        yield self.document.problem(spot, f"{word}: its property {handle} is the name of a method")

    def _model(self, place: Place, name: str, model: language.Model, every: set[str]) -> Iterator[Problem]:
        if self.operation.model_in == "path" and model.prebuilt and model.path is None:
            yield self.document.problem(place, f"{name}: a prebuilt model needs a path")
        if not model.prebuilt and not model.deployable:
            yield self.document.problem(place, f"{name}: neither prebuilt nor deployable: nobody can call it")
        for index, other in enumerate(model.retired.use if model.retired else ()):
            if other not in every:
                spot = (*place, "retired", "use", index)
                yield self.document.problem(spot, f"{other}: not a model{near(other, every)}")


def parameter_problems(
    document: Document, operation: language.OperationFile, place: Place, names: list[str], known: Iterable[str] = ()
) -> Iterator[Problem]:
    """Names of a list that are neither the operation's parameters nor otherwise known."""
    known = {*known, *operation.parameters}
    for index, name in enumerate(names):
        if name not in known:
            yield document.problem((*place, index), f"{name}: not a parameter{near(name, known)}")
