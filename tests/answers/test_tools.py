"""Functions as tools: what a model is told of them, and which arguments they are called with."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import attrs
import msgspec
import pytest

from qianfan_typed.answers.docstrings import described
from qianfan_typed.answers.tools import FunctionTool, function_tool
from qianfan_typed.errors import QianfanError


@attrs.frozen
class Area:
    """A part of a city."""

    name: str
    streets: list[str] = attrs.field(factory=list[str])


@function_tool
def get_weather(city: str, unit: Literal["c", "f"] = "c", days: int | None = None, area: Area | None = None) -> str:
    """The weather of a city.

    It is made up.

    Args:
        city: Its name,
            in Chinese.
        unit (str): Celsius or Fahrenheit.

    Returns:
        A sentence.
    """
    return f"{city} {unit} {days} {area}"


def test_a_function_is_described_by_its_hints_and_its_docstring() -> None:
    assert (get_weather.name, get_weather.description) == ("get_weather", "The weather of a city. It is made up.")
    assert get_weather.parameters == {
        "title": "get_weather",
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Its name, in Chinese."},
            "unit": {"enum": ["c", "f"], "description": "Celsius or Fahrenheit.", "default": "c"},
            "days": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
            "area": {"anyOf": [{"$ref": "#/$defs/Area"}, {"type": "null"}], "default": None},
        },
        "required": ["city"],
        "additionalProperties": False,
        "$defs": {
            "Area": {
                "title": "Area",
                "description": "A part of a city.",
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "streets": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["name"],
            }
        },
    }


def test_the_tool_is_still_the_function() -> None:
    assert get_weather("上海", days=2) == "上海 c 2 None"
    assert repr(get_weather).startswith("<FunctionTool get_weather(city: ")


def test_both_dialects_have_their_form() -> None:
    function = {"name": "get_weather", "description": get_weather.description, "parameters": get_weather.parameters}
    assert get_weather.to_tool() == {"type": "function", "function": function}
    assert get_weather.to_function() == function


def test_name_and_description_may_be_given() -> None:
    @function_tool(name="sky", description="Looks up.")
    def look(at: str) -> str:
        return at

    assert (look.name, look.description, look("x")) == ("sky", "Looks up.", "x")


NUMPY = """The weather.

Parameters
----------
city : str
    Its name,
    in Chinese.
*days
    How many.

Returns
-------
str
    A sentence.
"""
SPHINX = """The weather.

:param city: Its name,
    in Chinese.
:param int days: How many.
:returns: A sentence.
"""
GOOGLE = """The weather.

Args:
    city (str, optional): Its name,
        in Chinese.
    **days: How many.

Raises:
    KeyError: Never.
"""


@pytest.mark.parametrize("docstring", [NUMPY, SPHINX, GOOGLE], ids=["numpy", "sphinx", "google"])
def test_docstrings_of_three_styles_are_read(docstring: str) -> None:
    said = described(docstring)
    assert said.summary == "The weather."
    assert said.parameters == {"city": "Its name, in Chinese.", "days": "How many."}


def test_no_docstring_says_nothing() -> None:
    assert (described(None).summary, described(None).parameters) == ("", {})


def test_arguments_come_as_their_hints_say() -> None:
    found = get_weather.read_arguments('{"city": "上海", "area": {"name": "外滩"}}')
    assert found == {"city": "上海", "area": Area("外滩")}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{}", "Object missing required field `city`"),
        ('{"city": 1}', "/city: Expected `str`, got `int`"),
        ('{"city": "x", "unit": "k"}', "/unit: Invalid enum value 'k'"),
        ('{"city": "x", "town": 1}', "Object contains unknown field `town`"),
        ('{"city": "x", "area": {"name": "y", "streets": [1]}}', "/area/streets/0: Expected `str`, got `int`"),
        ("北京", "JSON is malformed: invalid character (byte 0)"),
        ("[]", "Expected `object`, got `array`"),
    ],
)
def test_arguments_that_do_not_fit_are_named(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        get_weather.read_arguments(written)
    assert str(caught.value) == said
    assert not isinstance(caught.value, QianfanError)


def test_a_function_without_parameters_takes_an_empty_text() -> None:
    assert FunctionTool(lambda: 1, name="now").read_arguments("") == {}


def test_meta_of_msgspec_counts() -> None:
    def roll(sides: Annotated[int, msgspec.Meta(ge=2)]) -> int:
        return sides

    tool = FunctionTool(roll)
    assert tool.parameters["properties"]["sides"] == {"type": "integer", "minimum": 2}
    with pytest.raises(ValueError, match=r"^/sides: Expected `int` >= 2$"):
        tool.read_arguments('{"sides": 1}')


def test_a_default_that_is_no_json_is_left_to_the_function() -> None:
    marker = object()

    def find(name: str, within: list[str] = marker) -> object:  # type: ignore[assignment]
        return within

    tool = FunctionTool(find)
    assert tool.parameters["required"] == ["name"]
    assert tool.function(**tool.read_arguments('{"name": "x"}')) is marker


class Sensor:
    def read(self, at: str) -> str:
        """Reads."""
        return at

    def __call__(self, at: str) -> str:
        """Is called."""
        return at


def test_methods_and_callable_objects_are_functions_too() -> None:
    assert list(FunctionTool(Sensor().read).parameters["properties"]) == ["at"]


def no_hint(city) -> str:  # type: ignore[no-untyped-def]
    return city


def no_json(when: Sensor) -> None: ...


def many(*cities: str) -> None: ...


def unknown(city: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (no_hint, "no_hint: parameter city: has no type hint; write one, as in city: str"),
        (many, "many: parameter cities: a model gives arguments by name; name each of them"),
        (unknown, "unknown: a type hint cannot be resolved: name 'Nowhere' is not defined"),
        (lambda: 1, "'<lambda>': no name for a function: at most 64 letters, digits, _ and -; give name="),
    ],
)
def test_bad_hints_are_refused_with_the_parameter(function: Any, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        function_tool(function)
    assert str(caught.value) == said


def test_a_hint_that_cannot_come_from_json_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^no_json: parameter when: .*Sensor cannot come from JSON: type "):
        function_tool(no_json)
