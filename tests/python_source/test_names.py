"""Names are followed to what they are bound to, and findings stand where the value is written."""

from __future__ import annotations

import pytest

from tests.python_source.looking import CLIENT, places, spots

CALL = "client.v1.chat.ernie_speed_8k.create"

VALUES = {
    "a number of the module": ("WARMTH = 1.7\nCALL([user(q)], temperature=WARMTH)", "4 /temperature range: WARMTH)"),
    "a number of the module in a function": (
        "WARMTH: Final = 1.7\ndef ask(q):\n    return CALL([user(q)], temperature=WARMTH)",
        "5 /temperature range: WARMTH)",
    ),
    "a number that is bound further down": (
        "def ask(q):\n    CALL([user(q)], temperature=WARMTH)\nWARMTH = 1.7",
        "4 /temperature range: WARMTH)",
    ),
    "a number of the function": (
        "def ask(q):\n    t = 2 - 0.5\n    CALL([user(q)], temperature=t)",
        "5 /temperature range: t)",
    ),
    "a name of a name": ("a = 1.7\nb = a\nCALL([user(q)], temperature=b)", "5 /temperature range: b)"),
    "a negative number": ("CALL([user(q)], top_p=-0.1)", "3 /top_p range: -0.1)"),
    "messages of the module": (
        'MESSAGES = [\n    {"role": "user", "content": ""},\n]\nCALL(MESSAGES)',
        '4 /messages/0/content empty: ""},',
    ),
    "messages that are only printed besides": (
        'MESSAGES = [user("")]\nprint(MESSAGES, len(MESSAGES))\nassert "x" not in MESSAGES\nCALL(MESSAGES)',
        '3 /messages/0/content empty: "")]',
    ),
    "a tuple, which nobody can change": (
        "WORDS = ('x' * 21,)\nsee(WORDS)\nCALL([user(q)], stop=WORDS)",
        "3 /stop/0 length: 'x' * 21,)",
    ),
    "settings in a dict": (
        'SETTINGS = {"temperature": 0.5, "top_p": 2}\nCALL([user(q)], **SETTINGS)',
        "3 /top_p range: 2}",
    ),
    "a dict made by name": ("CALL([dict(role='usr', content=q)])", "3 /messages/0/role enum: 'usr', content=q)])"),
    "lists in a sum": ("CALL([user(q)] + [user(q)])", "3 /messages/1/role order: user(q)])"),
    "lists in a list": (
        "START = [user('a'), assistant('b')]\nCALL([*START, assistant('c')])",
        "4 /messages/2/role order: assistant('c')])",
    ),
    "a text of parts": ("CALL([user('' + '')])", "3 /messages/0/content empty: '' + '')])"),
    "in a comprehension": (
        "TOP = 2\n[CALL([user(q)], top_p=TOP) for q in questions]",
        "4 /top_p range: TOP) for q in questions]",
    ),
    "a walrus": ("CALL([user(q)], top_p=(p := 2))", "3 /top_p range: p := 2))"),
    "what is missing, at the call": ("reply = CALL()", "3 /messages missing: CALL()"),
    "a member that is missing, at its object": (
        "CALL([{'role': 'user'}])",
        "3 /messages/0/content missing: {'role': 'user'}])",
    ),
    "a name that is unknown, at the name": ("CALL([user(q)], tmp=1)", "3 /tmp unknown: tmp=1)"),
}
CLIENTS = {
    "with": "with Qianfan() as c:\n    c.v1.chat.ernie_speed_8k.create([])",
    "async with": (
        "async def f():\n    async with AsyncQianfan() as c:\n        await c.v1.chat.ernie_speed_8k.create([])"
    ),
    "without a name": "Qianfan().v1.chat.ernie_speed_8k.create([])",
    "a handle's name": "speed = Qianfan().v1.chat.ernie_speed_8k\nspeed.stream([])",
    "a namespace's name": "chat = Qianfan().v1.chat\nchat.model('ERNIE-Speed-8K').create([])",
    "a parameter": "def ask(c: Qianfan):\n    c.chat.completions.create(model='ernie-3.5-8k', messages=[])",
    "a parameter without a type": "def ask(c):\n    c.v1.chat.ernie_speed_8k.create([])",
    "an attribute": (
        "class Bot:\n    def __init__(self):\n        self.client = Qianfan()\n"
        "    def ask(self):\n        self.client.chat.completions.create(model='ernie-3.5-8k', messages=[])"
    ),
    "an attribute of the class": (
        "class Bot:\n    client = Qianfan()\n"
        "    def ask(self):\n        self.client.chat.completions.create(model='ernie-3.5-8k', messages=[])"
    ),
    "an attribute that is a handle": (
        "class Bot:\n    def __init__(self, client):\n        self.speed = client.v1.chat.ernie_speed_8k\n"
        "    def ask(self):\n        self.speed.create([])"
    ),
    "the same client twice": (
        "with Qianfan() as c:\n    pass\nwith Qianfan() as c:\n"
        "    c.chat.completions.create(model='ernie-3.5-8k', messages=[])"
    ),
    "entries under a name": (
        "completions = Qianfan().chat.completions\ncompletions.create(model='ernie-3.5-8k', messages=[])"
    ),
    "a deployed model, renamed": "open = Qianfan().v1.chat.baichuan2_13b_chat\nmine = open.at(name)\nmine.create([])",
}
IMPORTS = {
    "as another name": "import qianfan_typed as q\nq.ChatCompletion(model='ERNIE-Speed-8K').do([])",
    "from": "from qianfan import ChatCompletion as Chat\nChat(model='ERNIE-Speed-8K').do([])",
    "from deeper": (
        "from qianfan.resources.llm.chat_completion import ChatCompletion\n"
        "ChatCompletion(model='ERNIE-Speed-8K').do([])"
    ),
    "one or the other": (
        "try:\n    import qianfan_typed as qianfan\nexcept ImportError:\n    import qianfan\n"
        "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do([])"
    ),
    "in a function": (
        "def ask():\n    import qianfan\n    chat = qianfan.ChatCompletion(model='ERNIE-Speed-8K')\n    chat.do([])"
    ),
    "everything": "from qianfan import *\nchat = ChatCompletion(model='ERNIE-Speed-8K')\nchat.do([])",
    "by its module": "import qianfan_typed.client\nqianfan_typed.client.Qianfan().v1.chat.ernie_speed_8k.create([])",
    "the official client": (
        "from qianfan import Qianfan\nQianfan().chat.completions.create(model='ernie-3.5-8k', messages=[])"
    ),
    "the validators alone": (
        "from qianfan_api.validation import validate\n"
        "validate({'model': 'ERNIE-Speed-8K', 'messages': []}, api='v1.chat')"
    ),
}


@pytest.mark.parametrize(("code", "expected"), VALUES.values(), ids=VALUES)
def test_values_are_followed(code: str, expected: str) -> None:
    assert spots(CLIENT + code.replace("CALL", CALL)) == [expected.replace("CALL", CALL)]


@pytest.mark.parametrize("code", CLIENTS.values(), ids=CLIENTS)
def test_clients_are_followed(code: str) -> None:
    (found,) = places("from qianfan_typed import AsyncQianfan, Qianfan\n" + code)
    assert found.endswith(" /messages empty")


@pytest.mark.parametrize("code", IMPORTS.values(), ids=IMPORTS)
def test_imports_are_followed(code: str) -> None:
    (found,) = places(code)
    assert found.endswith(" /messages empty")


def test_columns_count_characters() -> None:
    code = '问 = "你好"; client.v1.chat.ernie_speed_8k.create([user("𝄞")], temperature=9)'
    (found,) = places(CLIENT + code)
    line, column = (int(number) for number in found.split()[0].split(":"))
    assert (CLIENT + code).split("\n")[line - 1][column - 1 :] == "9)"


def test_a_call_over_several_lines_is_pointed_into() -> None:
    code = """
        from qianfan_typed import Qianfan, user

        reply = Qianfan().v1.chat.ernie_lite_8k_0922.create(
            [
                user("你好"),
                user("你好"),
            ],
            disable_search=True,
            temperature=(
                1.7
            ),
        )
    """
    assert places(code) == [
        "4:27 /model retired",
        "7:9 /messages/1/role order",
        "9:5 /disable_search unsupported",
        "11:9 /temperature range",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_python_says(end: str) -> None:
    lines = ["from qianfan_typed import Qianfan", "x = '\x0b\x0c\u2028'", "Qianfan().v1.chat.ernie_speed_8k.create([])"]
    assert places(end.join(lines)) == ["3:41 /messages empty"]
