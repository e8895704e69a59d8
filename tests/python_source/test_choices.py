"""Values that the code chooses are checked one by one, each where it is written, if it surely comes by."""

from __future__ import annotations

import textwrap

import pytest

from qianfan_typed.python_source.module_check import check_text
from tests.python_source.looking import CLIENT, spots

CALL = "client.v1.chat.ernie_speed_8k.create"
HOT = "/temperature range: "
LF = "\n"

CHOSEN = {
    "a ternary": ("CALL([user(q)], temperature=1.7 if bold else 0.5)", [f"3 {HOT}1.7 if bold else 0.5)"]),
    "the last of a ternary": ("CALL([user(q)], temperature=0.5 if cool else 1.7)", [f"3 {HOT}1.7)"]),
    "what holds where nothing else does": ("CALL([user(q)], temperature=warmth or 1.7)", [f"3 {HOT}1.7)"]),
    "branches": (
        "if bold:\n    t = 1.7\nelse:\n    t = 0.5\nCALL([user(q)], temperature=t)",
        [f"4 {HOT}1.7"],
    ),
    "branches of branches": (
        "if a:\n    t = 1.7\nelif b:\n    t = 1.8\nelse:\n    t = 0.5\nCALL([user(q)], temperature=t)",
        [f"4 {HOT}1.7", f"6 {HOT}1.8"],
    ),
    "a branch beside what was there": (
        "t = 1.7\nif cool:\n    t = 0.5\nCALL([user(q)], temperature=t)",
        [f"3 {HOT}1.7"],
    ),
    "both branches wrong, behind another condition": (
        "if a:\n    t = 1.7\nelse:\n    t = 1.8\nif a:\n    CALL([user(q)], temperature=t)",
        [f"8 {HOT}t)"],
    ),
    "a loop": ("for t in (0.5, 1.7):\n    CALL([user(q)], temperature=t)", [f"3 {HOT}1.7):"]),
    "a comprehension": ("[CALL([user(q)], temperature=t) for t in (0.5, 1.7)]", [f"3 {HOT}1.7)]"]),
    "a loop over a list with a name": (
        "WARMTHS = [0.5, 1.7]\nfor t in WARMTHS:\n    CALL([user(q)], temperature=t)",
        [f"3 {HOT}1.7]"],
    ),
    "two names of a loop": (
        "for t, p in [(0.5, 2), (1.7, 0.5)]:\n    CALL([user(q)], temperature=t, top_p=p)",
        ["3 /top_p range: 2), (1.7, 0.5)]:", f"3 {HOT}1.7, 0.5)]:"],
    ),
    "a default": ("def ask(q, t=1.7):\n    return CALL([user(q)], temperature=t)", [f"3 {HOT}1.7):"]),
    "a default behind a flag": (
        "def ask(q, t=1.7, stream=False):\n    if stream:\n        return CALL([user(q)], temperature=t, stream=True)\n"
        "    return CALL([user(q)], temperature=t)",
        [f"3 {HOT}1.7, stream=False):"],
    ),
    "a default by keyword": ("def ask(q, *, t=1.7):\n    return CALL([user(q)], temperature=t)", [f"3 {HOT}1.7):"]),
    "a caller": (
        "def ask(q, t):\n    return CALL([user(q)], temperature=t)\nask('a', 0.5)\nask('b', t=1.7)",
        [f"6 {HOT}1.7)"],
    ),
    "a caller of a method": (
        "class A:\n    def ask(self, t):\n        return CALL([user(q)], temperature=t)\n"
        "    def go(self):\n        return self.ask(1.7)",
        [f"7 {HOT}1.7)"],
    ),
    "the environment": ("import os\nCALL([user(q)], temperature=os.getenv('T', 1.7))", [f"4 {HOT}1.7))"]),
    "settings that may lack it": ("CALL([user(q)], temperature=settings.get('t', 1.7))", [f"3 {HOT}1.7))"]),
    "dicts to choose from": (
        "p = {'temperature': 1.7} if bold else {'top_p': 2}\nCALL([user(q)], **p)",
        ["3 /temperature range: 1.7} if bold else {'top_p': 2}", "3 /top_p range: 2}"],
    ),
    "a message of two": (
        "CALL([user(q) if ok else user('')])",
        ["3 /messages/0/content empty: '')])"],
    ),
}
FOLLOWED = {
    "unpacked": ("t, u = 1.7, 2\nCALL([user(q)], temperature=t)", f"4 {HOT}t)"),
    "added to": ("t = 1\nt += 0.7\nCALL([user(q)], temperature=t)", f"5 {HOT}t)"),
    "bound again": ("t = 0.5\nsee(t)\nt = 1.7\nCALL([user(q)], temperature=t)", f"6 {HOT}t)"),
    "in an f-string": ("n = 8\nCALL([user(q)], temperature=1.7, user_id=f'a{n}')", f"4 {HOT}1.7, user_id=f'a{{n}}')"),
    "a member of a dict": ("S = {'t': 1.7}\nCALL([user(q)], temperature=S['t'])", f"4 {HOT}S['t'])"),
    "a member by get": ("S = {'t': 1.7}\nCALL([user(q)], temperature=S.get('t'))", f"4 {HOT}S.get('t'))"),
    "an item": ("S = [0.5, 1.7]\nCALL([user(q)], temperature=S[1])", f"4 {HOT}S[1])"),
    "a member that is set": ("p = {}\np['temperature'] = 1.7\nCALL([user(q)], **p)", f"4 {HOT}1.7"),
    "a member that is set in place of another": (
        "p = {'temperature': 0.5}\np['temperature'] = 1.7\nCALL([user(q)], **p)",
        f"4 {HOT}1.7",
    ),
    "an update": ("p = dict(top_p=0.5)\np.update(temperature=1.7)\nCALL([user(q)], **p)", f"4 {HOT}1.7)"),
    "an update by a dict": ("p = {}\np.update({'top_p': 2})\nCALL([user(q)], **p)", "4 /top_p range: 2})"),
    "a default that is set": ("p = {}\np.setdefault('top_p', 2)\nCALL([user(q)], **p)", "4 /top_p range: 2)"),
    "what is added": ("m = []\nm.append(assistant('a'))\nCALL(m)", "4 /messages/0/role order: assistant('a'))"),
    "what is added before it goes on": (
        "m = [user('a')]\nr = CALL(m)\nm.append(assistant('b'))\nm.append(assistant('c'))\nCALL(m)",
        "6 /messages/2/role order: assistant('c'))",
    ),
    "what is added at each turn": (
        "m = []\nwhile True:\n    m.append(user(''))\n    m.append(answer(CALL(m)))",
        "5 /messages/2/content empty: ''))",
    ),
    "what is put first": ("m = [user('a')]\nm.insert(0, user('b'))\nCALL(m)", "3 /messages/1/role order: user('a')]"),
    "dicts in a sum": ("CALL([user(q)], **({'top_p': 0.5} | {'temperature': 1.7}))", f"3 {HOT}1.7}}))"),
    "a copy": ("S = {'top_p': 2}\nCALL([user(q)], **S.copy())", "3 /top_p range: 2}"),
    "of a function": ("def warmth():\n    return 1.7\nCALL([user(q)], temperature=warmth())", f"5 {HOT}warmth())"),
    "of a function with arguments": (
        "def say(text):\n    return {'role': 'usr', 'content': text}\nCALL([say('a')])",
        "4 /messages/0/role enum: 'usr', 'content': text}",
    ),
    "of a list that a function fills": (
        "def history():\n    m = []\n    m.append(user(''))\n    return m\nCALL(history())",
        "5 /messages/0/content empty: ''))",
    ),
    "a constant of the class": (
        "class A:\n    T = 1.7\n    def ask(self):\n        CALL([user(q)], temperature=self.T)",
        f"6 {HOT}T)",
    ),
    "a constant of another class": ("class S:\n    T = 1.7\nCALL([user(q)], temperature=S.T)", f"5 {HOT}T)"),
    "an attribute": (
        "class A:\n    def __init__(self):\n        self.t = 1.7\n    def ask(self):\n"
        "        CALL([user(q)], temperature=self.t)",
        f"7 {HOT}t)",
    ),
    "an attribute that another class has too": (
        "class A:\n    def __init__(self):\n        self.t = 1.7\n    def ask(self):\n"
        "        CALL([user(q)], temperature=self.t)\n"
        "class B:\n    def __init__(self):\n        self.t = 0.5",
        f"7 {HOT}t)",
    ),
    "an attribute by its default": (
        "class A:\n    def __init__(self, t=1.7):\n        self.t = t\n    def ask(self):\n"
        "        CALL([user(q)], temperature=self.t)",
        f"4 {HOT}1.7):",
    ),
    "an enum": (
        "from enum import Enum\nclass T(Enum):\n    HOT = 1.7\nCALL([user(q)], temperature=T.HOT.value)",
        f"6 {HOT}value)",
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass S:\n    t: float = 1.7\ns = S()\n"
        "CALL([user(q)], temperature=s.t)",
        f"8 {HOT}t)",
    ),
    "a dataclass with another value": (
        "from dataclasses import dataclass\n@dataclass\nclass S:\n    t: float = 0.5\ns = S(t=1.7)\n"
        "CALL([user(q)], temperature=s.t)",
        f"8 {HOT}t)",
    ),
}
TOGETHER = {
    "what a caller gives goes together": (
        "def ask(name, search):\n"
        "    return client.chat.completions.create(messages=[user('a')], model=name, top_p=search)\n"
        "ask('ernie-3.5-8k', 0.5)\nask('no-such', 2)"
    ),
    "what two ternaries ask alike goes together": (
        "qianfan.ChatCompletion().do([user('a')], model='ERNIE-Speed-8K' if fast else 'ERNIE-3.5-8K', "
        "**({} if fast else {'disable_search': True}))"
    ),
    "a parameter that one of two models lacks is not surely wrong": (
        "m = 'ERNIE-Speed-8K' if a else 'ERNIE-3.5-8K'\nd = True if b else None\n"
        "qianfan.ChatCompletion().do([user('a')], model=m, disable_search=d)"
    ),
}


@pytest.mark.parametrize(("code", "expected"), CHOSEN.values(), ids=CHOSEN)
def test_each_choice_is_checked(code: str, expected: list[str]) -> None:
    assert spots(CLIENT + code.replace("CALL", CALL)) == expected


@pytest.mark.parametrize(("code", "expected"), FOLLOWED.values(), ids=FOLLOWED)
def test_values_are_followed_through_the_module(code: str, expected: str) -> None:
    assert spots(CLIENT + code.replace("CALL", CALL)) == [expected]


@pytest.mark.parametrize("code", TOGETHER.values(), ids=TOGETHER)
def test_choices_that_go_together_are_not_mixed(code: str) -> None:
    assert spots(f"import qianfan\n{CLIENT}{code}") == []


@pytest.mark.parametrize(
    ("code", "checked", "unchecked"),
    [
        ("def ask(m='ERNIE-3.5-8K'):\n    c.do([user('a')], model=m)", 1, {}),
        ("m = 'ERNIE-3.5-8K' if a else load()\nc.do([user('a')], model=m)", 0, {"unknown_name": 1}),
        ("m = 'ERNIE-3.5-8K' if a else 'gpt-4'\nc.do([user('a')], model=m)", 0, {"unknown_model": 1}),
        ("def ask(**more):\n    c.do([user('a')], model='ERNIE-3.5-8K', **more)", 1, {}),
        ("def ask(**more):\n    c.do([user('a')], **more)", 0, {"unknown_name": 1}),
        ("import json\np = json.loads(text)\nc.do([user('a')], model='ERNIE-3.5-8K', **p)", 0, {"unknown_name": 1}),
    ],
)
def test_what_is_counted_as_checked(code: str, checked: int, unchecked: dict[str, int]) -> None:
    found = check_text(f"import qianfan\n{CLIENT}c = qianfan.ChatCompletion()\n{code}", "app.py")
    assert (found.requests, dict(found.unchecked), found.findings) == (checked, unchecked, ())


SENT = "CALL([user(q)], temperature=t)"

CONTRADICTED = {
    "a ternary in a branch": "if not a:\n    t = 1.7 if a else 0.5\nelse:\n    t = 0.5",
    "a branch in a branch": "t = 0.5\nif not a:\n    if a:\n        t = 1.7",
    "a branch that asks for more": "t = 0.5\nif not a:\n    if a and b:\n        t = 1.7",
    "two branches in one": "t = 0.5\nif not (a and b):\n    if a:\n        if b:\n            t = 1.7",
    "a ternary in a ternary": "t = (1.7 if a else 0.5) if not a else 0.5",
    "a ternary behind a return": "if not a:\n    return\nt = 0.5 if a else 1.7",
    "a ternary behind an else that raises": "if a:\n    pass\nelse:\n    raise Left\nt = 0.5 if a else 1.7",
    "a ternary behind an assert": "assert a\nt = 0.5 if a else 1.7",
    "a loop that asks": "t = 0.5\nwhile a:\n    t = 0.5 if a else 1.7\n    break",
    "a constant that is another one": "t = 0.5\nif a == 'x':\n    if a == 'y':\n        t = 1.7",
    "what is not there": "t = 0.5\nif a is not None:\n    if a is None:\n        t = 1.7",
    "two branches one after the other": "t = 1.7\nif a:\n    t = 0.5\nif not a:\n    t = 0.6",
    "a name that was bound again": "t = 0.5\nif not a:\n    a = True\n    t = 0.5 if a else 1.7",
    "a setting": "t = 0.5\nif not args.cool:\n    args.load()\n    t = 1.7 if args.cool else 0.5",
    "what nobody sees through": "t = 0.5\nif size() > 3:\n    t = 0.5 if size() > 2 else 1.7",
}


@pytest.mark.parametrize("case", CONTRADICTED)
def test_what_an_earlier_condition_shuts_out_is_not_taken(case: str) -> None:
    code = f"{CLIENT}def run(q, b):\n{textwrap.indent(f'{CONTRADICTED[case]}{LF}{SENT}', '    ')}\n"
    assert spots(code.replace("CALL", CALL)) == []


OPEN = {
    "another condition in a branch": ("t = 0.5\nif a:\n    t = 1.7 if b else 0.5", [f"6 {HOT}1.7 if b else 0.5"]),
    "what must hold": ("if not a:\n    return\nt = 1.7 if a else 0.5", [f"7 {HOT}t)"]),
    "one constant after another": (
        "if a == 'x':\n    t = 0.5\nelif a == 'y':\n    t = 1.7\nelse:\n    t = 0.5",
        [f"7 {HOT}1.7"],
    ),
    "one bound after another": (
        "if a > 3:\n    t = 0.5\nelif a > 2:\n    t = 1.7\nelse:\n    t = 0.5",
        [f"7 {HOT}1.7"],
    ),
    "what is there, and then what it is": (
        "t = 0.5\nif a:\n    t = 0.6\n    if a == 'x':\n        t = 1.7",
        [f"8 {HOT}1.7"],
    ),
}


@pytest.mark.parametrize("case", OPEN)
def test_what_an_earlier_condition_leaves_open_is_taken(case: str) -> None:
    body, expected = OPEN[case]
    code = f"{CLIENT}def run(q, a, b):\n{textwrap.indent(f'{body}{LF}{SENT}', '    ')}\n"
    assert spots(code.replace("CALL", CALL)) == expected


def test_conditions_nested_as_deep_as_nobody_writes_them_end_nothing() -> None:
    deep = "if not a:\n    return\nt = 1.7 if " + "not " * 150 + "a else 0.5"
    code = f"{CLIENT}def run(q, a):\n{textwrap.indent(f'{deep}{LF}{SENT}', '    ')}\n"
    assert spots(code.replace("CALL", CALL)) == [f"7 {HOT}t)"]
