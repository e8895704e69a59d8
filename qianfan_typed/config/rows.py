"""Rows of the table of client settings: what each says, and what a kind of values is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from qianfan_typed.errors import ConfigurationError

T = TypeVar("T")


class Unfit(ValueError):
    """A value cannot be, for a reason of its own. The message does not show it: it may hold a secret."""


@attrs.frozen(kw_only=True)
class ValueKind(Generic[T]):
    """A kind of values."""

    annotation: str
    """Its type, as signatures have it."""
    allowed: str
    """What a value must be, as errors say it."""
    read: Callable[[str], T]
    """Reads a text, as an environment variable holds it. Raises ValueError."""
    take: Callable[[object], T] | None = None
    """Takes an argument that is no text. None: its text is read."""

    def taken(self, value: object) -> T:
        """The value of an argument. Raises ValueError."""
        if self.take is not None:
            return self.take(value)
        if isinstance(value, bool):
            raise ValueError
        return self.read(str(value))


@attrs.frozen(kw_only=True)
class Setting:
    """A row of the table."""

    name: str = ""
    """The field of `Settings`, and the argument of `Qianfan`."""
    kind: ValueKind[Any]
    doc: str
    variable: str | None = None
    """The environment variable. None: there is none."""
    other_variable: str | None = None
    """Another one, which counts where the first is not set."""
    argument: bool = True
    """Whether the clients take it as an argument."""
    aliases: tuple[str, ...] = ()
    """Other names of the argument."""
    keyword: str | None = None
    """What constructors of the documents' classes call it. None: they take it under `name`, if it is an argument."""
    keyword_doc: str | None = None
    """What it means there. None: `doc`."""
    secret: bool = False
    """Whether it must not be shown."""

    def of_argument(self, value: object, named: str | None = None) -> Any:
        """The value of an argument. `named`: what the caller knows it as.

        Raises:
            ConfigurationError: It cannot be.
        """
        try:
            return self.kind.taken(value)
        except Unfit as error:
            raise self._unfit(named or self.name, error) from None
        except ValueError:
            raise self._refused(named or self.name, "the value given" if self.secret else repr(value)) from None

    def of_environment(self, environ: Mapping[str, str]) -> Any:
        """The value that the environment gives. None: it gives none.

        Raises:
            ConfigurationError: It cannot be.
        """
        for variable in (self.variable, self.other_variable):
            text = environ.get(variable, "").strip() if variable is not None else ""
            if variable is not None and text:
                try:
                    return self.kind.read(text)
                except Unfit as error:
                    raise self._unfit(variable, error) from None
                except ValueError:
                    raise self._refused(variable, "its value" if self.secret else repr(text)) from None
        return None

    def _unfit(self, named: str, error: Unfit) -> ConfigurationError:
        return ConfigurationError(message=f"{named}: {error}", setting=named)

    def _refused(self, named: str, shown: str) -> ConfigurationError:
        return ConfigurationError(message=f"{named}: {shown} must be {self.kind.allowed}", setting=named)


def row(
    kind: ValueKind[Any],
    variable: str | None,
    doc: str,
    *,
    other_variable: str | None = None,
    argument: bool = True,
    aliases: tuple[str, ...] = (),
    keyword: str | None = None,
    keyword_doc: str | None = None,
    secret: bool = False,
) -> Mapping[type[Setting], Setting]:
    """The metadata that make a field of `Settings` a row of the table. `{default}` in `doc` is the field's."""
    found = Setting(
        kind=kind,
        doc=doc,
        variable=variable,
        other_variable=other_variable,
        argument=argument,
        aliases=aliases,
        keyword=keyword,
        keyword_doc=keyword_doc,
        secret=secret,
    )
    return {Setting: found}


def table(settings: type[Any]) -> dict[str, Setting]:
    """The rows of a class of settings, by name."""
    rows: dict[str, Setting] = {}
    for field in attrs.fields(settings):
        found: Setting | None = field.metadata.get(Setting)
        if found is not None:
            default = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            rows[field.name] = attrs.evolve(found, name=field.name, doc=found.doc.replace("{default}", default))
    return rows
