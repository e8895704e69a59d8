"""Functions and tools: their members, their JSON Schemas and the choice among them."""

from __future__ import annotations

from typing import Any

from tests.rules.saying import Request, cases, found, right, user, v1, v2

EMPTY = {"type": "object", "properties": {}}
CITY = {"type": "object", "properties": {"city": {"type": "string", "description": "城市"}}, "required": ["city"]}


def function(**members: object) -> dict[str, Any]:
    """A function of V1 that is right, less the members that are None."""
    whole = {"name": "get_weather", "description": "查询天气", "parameters": CITY, **members}
    return {name: one for name, one in whole.items() if one is not None}


def functions(*some: object, **parameters: object) -> Request:
    """A V1 request with functions."""
    return v1("ERNIE-3.5-8K", functions=list(some), **parameters)


def takes(schema: object) -> Request:
    """A V1 request with a function that takes what a schema says."""
    return functions(function(parameters=schema))


def tools(*some: object, **parameters: object) -> Request:
    """A V2 request with tools."""
    return v2(tools=list(some), **parameters)


def tool(**members: object) -> dict[str, Any]:
    """A tool of V2 that is right, less the members of its function that are None."""
    return {"type": "function", "function": function(**members)}


def choice(name: object = "get_weather") -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


@cases(
    (
        "no object",
        functions("get_weather"),
        'error /functions/0 type: "get_weather": must be an object, not a string [function, chat-v1]',
    ),
    (
        "without name",
        functions(function(name=None)),
        "error /functions/0/name missing: missing: required [function.name, chat-v1]",
    ),
    (
        "with an empty name",
        functions(function(name="")),
        "error /functions/0/name empty: must not be empty [function.name, chat-v1]",
    ),
    (
        "with a name that is no text",
        functions(function(name=3)),
        "error /functions/0/name type: 3: must be a string, not a whole number [function.name, chat-v1]",
    ),
    (
        "without description",
        functions(function(description=None)),
        "error /functions/0/description missing: missing: required [function.description, chat-v1]",
    ),
    (
        "without parameters",
        functions(function(parameters=None)),
        "error /functions/0/parameters missing: missing: required [function.parameters, chat-v1]",
    ),
    (
        "without anything",
        functions({}),
        "error /functions/0/name missing: missing: required [function.name, chat-v1]",
        "error /functions/0/description missing: missing: required [function.description, chat-v1]",
        "error /functions/0/parameters missing: missing: required [function.parameters, chat-v1]",
    ),
    (
        "with a misspelt member",
        functions(function(desription="查询天气")),
        "error /functions/0/desription unknown: not a known name; did you mean description? [function, chat-v1]",
    ),
    (
        "as V2 has it",
        functions(tool()),
        (
            "error /functions/0/type unknown: not a known name; known: description, examples, name,"
            " parameters, responses [function, chat-v1]"
        ),
        (
            "error /functions/0/function unknown: not a known name; known: description, examples, name,"
            " parameters, responses [function, chat-v1]"
        ),
        "error /functions/0/name missing: missing: required [function.name, chat-v1]",
        "error /functions/0/description missing: missing: required [function.description, chat-v1]",
        "error /functions/0/parameters missing: missing: required [function.parameters, chat-v1]",
    ),
    (
        "the second of two",
        functions(function(), function(name="")),
        "error /functions/1/name empty: must not be empty [function.name, chat-v1]",
    ),
)
def test_function_of_v1(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "empty",
        takes({}),
        (
            "error /functions/0/parameters schema: {}: must be the JSON Schema of an object; of none:"
            ' {"type": "object", "properties": {}} [function.parameters, chat-v1]'
        ),
    ),
    (
        "no object",
        takes([]),
        (
            "error /functions/0/parameters type: []: must be a JSON Schema object, not a list"
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "a text",
        takes("city"),
        (
            'error /functions/0/parameters type: "city": must be a JSON Schema object, not a string'
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "another type",
        takes({"type": "array", "items": {"type": "string"}}),
        'error /functions/0/parameters/type enum: "array": must be "object" [function.parameters, chat-v1]',
    ),
    (
        "without type",
        takes({"properties": {"city": {"type": "string"}}}),
        (
            'error /functions/0/parameters/type missing: missing: required in a function\'s schema: "object"'
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "without properties",
        takes({"type": "object"}),
        (
            "error /functions/0/parameters/properties missing: missing: required in a function's schema; {}"
            " where it has no arguments [function.parameters, chat-v1]"
        ),
    ),
    (
        "properties as a list",
        takes({"type": "object", "properties": ["city"]}),
        (
            'error /functions/0/parameters/properties type: ["city"]: must be an object, not a list'
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "a property that is no schema",
        takes({"type": "object", "properties": {"city": "string"}}),
        (
            'error /functions/0/parameters/properties/city type: "string": must be a JSON Schema object,'
            " not a string [function.parameters, chat-v1]"
        ),
    ),
    (
        "a property of an unknown type",
        takes({"type": "object", "properties": {"city": {"type": "str"}}}),
        (
            'error /functions/0/parameters/properties/city/type enum: "str": must be one of "object",'
            ' "array", "string", "number", "integer", "boolean", "null" [function.parameters, chat-v1]'
        ),
    ),
    (
        "one of a property's types unknown",
        takes({"type": "object", "properties": {"city": {"type": ["string", "none"]}}}),
        (
            'error /functions/0/parameters/properties/city/type enum: "none": must be one of "object",'
            ' "array", "string", "number", "integer", "boolean", "null" [function.parameters, chat-v1]'
        ),
    ),
    (
        "an unknown type inside items",
        takes({"type": "object", "properties": {"cities": {"type": "array", "items": {"type": "text"}}}}),
        (
            'error /functions/0/parameters/properties/cities/items/type enum: "text": must be one of'
            ' "object", "array", "string", "number", "integer", "boolean", "null" [function.parameters, chat-v1]'
        ),
    ),
    (
        "an unknown type deep inside",
        takes({"type": "object", "properties": {"a/b": {"type": "object", "properties": {"~": {"type": "float"}}}}}),
        (
            'error /functions/0/parameters/properties/a~1b/properties/~0/type enum: "float": must be one of'
            ' "object", "array", "string", "number", "integer", "boolean", "null" [function.parameters, chat-v1]'
        ),
    ),
    (
        "required as a text",
        takes({**CITY, "required": "city"}),
        (
            'error /functions/0/parameters/required type: "city": must be a list of strings, not a string;'
            ' write ["city"]'
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "required of a number",
        takes({**CITY, "required": [1]}),
        (
            "error /functions/0/parameters/required/0 type: 1: must be a string, not a whole number"
            " [function.parameters, chat-v1]"
        ),
    ),
    (
        "required as true",
        takes({**CITY, "required": True}),
        (
            "error /functions/0/parameters/required type: true: must be a list of strings, not true or false"
            " [function.parameters, chat-v1]"
        ),
    ),
)
def test_parameters_of_a_function(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "no object",
        functions(function(responses="number")),
        (
            'error /functions/0/responses type: "number": must be a JSON Schema object, not a string'
            " [function.responses, chat-v1]"
        ),
    ),
    (
        "an unknown type",
        functions(function(responses={"type": "number?"})),
        (
            'error /functions/0/responses/type enum: "number?": must be one of "object", "array", "string",'
            ' "number", "integer", "boolean", "null"; did you mean "number"? [function.responses, chat-v1]'
        ),
    ),
)
def test_responses_of_a_function(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "a text",
        functions(function(examples="例子")),
        'error /functions/0/examples type: "例子": must be a list, not a string [function.examples, chat-v1]',
    ),
    (
        "a list of texts",
        functions(function(examples=["例子"])),
        (
            'error /functions/0/examples/0 type: "例子": must be a list or an object, not a string'
            " [function.examples[], chat-v1]"
        ),
    ),
    (
        "an unknown role",
        functions(function(examples=[[{"role": "human", "content": "你好"}]])),
        (
            'error /functions/0/examples/0/0/role enum: "human": must be one of "user", "assistant", "function"'
            " [message.role, chat-v1]"
        ),
    ),
    (
        "empty content",
        functions(function(examples=[[user("")]])),
        (
            "error /functions/0/examples/0/0/content empty: must not be empty unless function_call is given"
            " [message.content, chat-v1]"
        ),
    ),
    (
        "in the older form, empty content",
        functions(function(examples=[user("")])),
        (
            "error /functions/0/examples/0/content empty: must not be empty unless function_call is given"
            " [message.content, chat-v1]"
        ),
    ),
    (
        "function without name",
        functions(function(examples=[[user(), {"role": "function", "content": "{}"}]])),
        (
            "error /functions/0/examples/0/1/name missing: missing: required when role is function"
            " [message.name, chat-v1]"
        ),
    ),
)
def test_examples_of_a_function(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "without type",
        functions(function(), tool_choice={"function": {"name": "get_weather"}}),
        "error /tool_choice/type missing: missing: required [tool_choice.type, chat-v1]",
    ),
    (
        "of another type",
        functions(function(), tool_choice={**choice(), "type": "tool"}),
        'error /tool_choice/type enum: "tool": must be "function" [tool_choice.type, chat-v1]',
    ),
    (
        "without function",
        functions(function(), tool_choice={"type": "function"}),
        "error /tool_choice/function missing: missing: required [tool_choice.function, chat-v1]",
    ),
    (
        "without name",
        functions(function(), tool_choice={"type": "function", "function": {}}),
        "error /tool_choice/function/name missing: missing: required [tool_choice_function.name, chat-v1]",
    ),
    (
        "with a name that is no text",
        functions(function(), tool_choice=choice(3)),
        (
            "error /tool_choice/function/name type: 3: must be a string, not a whole number"
            " [tool_choice_function.name, chat-v1]"
        ),
    ),
    (
        "with the name outside",
        functions(function(), tool_choice={**choice(), "name": "get_weather"}),
        "error /tool_choice/name unknown: not a known name; known: function, type [tool_choice, chat-v1]",
    ),
    (
        "names no function",
        functions(function(), function(name="get_time"), tool_choice=choice("get_wether")),
        (
            'error /tool_choice/function/name reference: "get_wether": names nothing there is; functions'
            " has only get_weather, get_time [tool_choice, chat-v1]"
        ),
    ),
    (
        "without functions",
        v1("ERNIE-3.5-8K", tool_choice=choice()),
        (
            'error /tool_choice/function/name reference: "get_weather": names nothing there is; functions'
            " names none [tool_choice, chat-v1]"
        ),
    ),
    (
        "with no functions",
        functions(tool_choice=choice()),
        (
            'error /tool_choice/function/name reference: "get_weather": names nothing there is; functions'
            " names none [tool_choice, chat-v1]"
        ),
    ),
)
def test_tool_choice_of_v1(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "no object",
        tools("get_weather"),
        'error /tools/0 type: "get_weather": must be an object, not a string [tool, chat-v2]',
    ),
    (
        "without type",
        tools({"function": function()}),
        "error /tools/0/type missing: missing: required [tool.type, chat-v2]",
    ),
    (
        "of another type",
        tools({**tool(), "type": "web_search"}),
        'error /tools/0/type enum: "web_search": must be "function" [tool.type, chat-v2]',
    ),
    (
        "without function",
        tools({"type": "function"}),
        "error /tools/0/function missing: missing: required [tool.function, chat-v2]",
    ),
    (
        "without name",
        tools(tool(name=None)),
        "error /tools/0/function/name missing: missing: required [tool_function.name, chat-v2]",
    ),
    (
        "with an empty name",
        tools(tool(name="")),
        "error /tools/0/function/name empty: must not be empty [tool_function.name, chat-v2]",
    ),
    (
        "with a description that is no text",
        tools(tool(description=["查询"])),
        (
            'error /tools/0/function/description type: ["查询"]: must be a string, not a list'
            " [tool_function.description, chat-v2]"
        ),
    ),
    (
        "with parameters that are no object",
        tools(tool(parameters="city")),
        (
            'error /tools/0/function/parameters type: "city": must be a JSON Schema object, not a string'
            " [tool_function.parameters, chat-v2]"
        ),
    ),
    (
        "with an unknown type in its parameters",
        tools(tool(parameters={"type": "object", "properties": {"a": {"type": "int"}}})),
        (
            'error /tools/0/function/parameters/properties/a/type enum: "int": must be one of "object",'
            ' "array", "string", "number", "integer", "boolean", "null" [tool_function.parameters, chat-v2]'
        ),
    ),
    (
        "as V1 has it",
        tools(function()),
        "error /tools/0/name unknown: not a known name; known: function, type [tool, chat-v2]",
        "error /tools/0/description unknown: not a known name; known: function, type [tool, chat-v2]",
        "error /tools/0/parameters unknown: not a known name; known: function, type [tool, chat-v2]",
        "error /tools/0/type missing: missing: required [tool.type, chat-v2]",
        "error /tools/0/function missing: missing: required [tool.function, chat-v2]",
    ),
    (
        "with a misspelt member",
        tools({"type": "function", "function": {**function(), "parameter": CITY}}),
        (
            "error /tools/0/function/parameter unknown: not a known name; did you mean parameters?"
            " [tool_function, chat-v2]"
        ),
    ),
)
def test_tool_of_v2(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "another text",
        tools(tool(), tool_choice="any"),
        'error /tool_choice enum: "any": must be one of "none", "auto", "required" [tool_choice, chat-v2]',
    ),
    (
        "without type",
        tools(tool(), tool_choice={"function": {"name": "get_weather"}}),
        "error /tool_choice/type missing: missing: required [tool_choice.type, chat-v2]",
    ),
    (
        "of another type",
        tools(tool(), tool_choice={**choice(), "type": "tool"}),
        'error /tool_choice/type enum: "tool": must be "function" [tool_choice.type, chat-v2]',
    ),
    (
        "without function",
        tools(tool(), tool_choice={"type": "function"}),
        "error /tool_choice/function missing: missing: required [tool_choice.function, chat-v2]",
    ),
    (
        "without name",
        tools(tool(), tool_choice={"type": "function", "function": {}}),
        "error /tool_choice/function/name missing: missing: required [tool_choice_function.name, chat-v2]",
    ),
    (
        "names no tool",
        tools(tool(), tool_choice=choice("get_time")),
        (
            'error /tool_choice/function/name reference: "get_time": names nothing there is; tools has only'
            " get_weather [tool_choice, chat-v2]"
        ),
    ),
    (
        "without tools",
        v2(tool_choice=choice()),
        (
            'error /tool_choice/function/name reference: "get_weather": names nothing there is; tools'
            " names none [tool_choice, chat-v2]"
        ),
    ),
)
def test_tool_choice_of_v2(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("a function", functions(function())),
    ("two functions", functions(function(), function(name="get_time", parameters=EMPTY))),
    ("a function without arguments", takes(EMPTY)),
    ("an empty description", functions(function(description=""))),
    ("responses", functions(function(responses={"type": "number"}))),
    ("responses of any kind", functions(function(responses={}))),
    ("schema with $ref", takes({"$ref": "#/$defs/City", "$defs": {"City": CITY}})),
    ("schema with anyOf", takes({"anyOf": [CITY, EMPTY]})),
    ("types in a list", takes({"type": "object", "properties": {"city": {"type": ["string", "null"]}}})),
    ("enum and other words of JSON Schema", takes({"type": "object", "properties": {"unit": {"enum": ["C", "F"]}}})),
    ("a property of any kind", takes({"type": "object", "properties": {"any": True, "none": {}}})),
    ("a property called type", takes({"type": "object", "properties": {"type": {"type": "string"}}})),
    (
        "a rightful and a needless example",
        functions(
            function(
                examples=[
                    [
                        user("北京天气如何？"),
                        {
                            "role": "assistant",
                            "content": "",
                            "function_call": {"name": "get_weather", "arguments": '{"city": "北京"}'},
                        },
                        {"role": "function", "name": "get_weather", "content": '{"temperature": 20}'},
                    ],
                    [
                        user("你好"),
                        {
                            "role": "assistant",
                            "content": "",
                            "function_call": {"name": "", "arguments": "{}", "thought": "我不需要调用任何工具"},
                        },
                    ],
                ]
            )
        ),
    ),
    ("examples in the older form", functions(function(examples=[user("北京天气如何？")]))),
    ("tool_choice", functions(function(), tool_choice=choice())),
    ("a tool", tools(tool())),
    ("a tool without parameters", tools(tool(parameters=None))),
    ("a tool with empty parameters", tools(tool(parameters={}))),
    ("a tool without description", tools(tool(description=None))),
    ("tool_choice none", tools(tool(), tool_choice="none")),
    ("tool_choice auto", tools(tool(), tool_choice="auto")),
    ("tool_choice required", tools(tool(), tool_choice="required")),
    ("tool_choice of a tool", tools(tool(name="get_time"), tool(), tool_choice=choice())),
    ("no parallel calls", tools(tool(), parallel_tool_calls=False)),
)
def test_functions_and_tools_that_are_right(request_: Request) -> None:
    assert found(request_) == []
