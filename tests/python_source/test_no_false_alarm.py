"""Code of which something cannot be known, or that is right: nothing is said of it."""

from __future__ import annotations

import pytest

from tests.python_source.looking import CLIENT, found_in

CALL = "client.v1.chat.ernie_speed_8k.create"

UNKNOWN_ARGUMENTS = [
    f"{CALL}(messages)",
    f"{CALL}(messages=load())",
    f"{CALL}(**request)",
    f"{CALL}(*request)",
    f"{CALL}([user(q)], **settings)",
    f"{CALL}([user(q)], temperature=warmth)",
    f"{CALL}([user(q)], temperature=None)",
    f"{CALL}([user(q)], temperature=float(text))",
    f"{CALL}([user(q)], temperature=Decimal(text) * 2)",
    f"{CALL}([user(q)], disable_search=quiet)",
    f"{CALL}([user(q)], stop=words)",
    f"{CALL}([user(q)], stop=[*words, 'a'])",
    f"{CALL}([user(q)], stop=['a', 'b', 'c', 'd', *words])",
    f"{CALL}([user(q)], system=None, extra={{'new_parameter': 1}})",
    f"{CALL}([user(q)], temperature=1.7, validate='off')",
    f"{CALL}([user(q)], temperature=1.7, extra={{'temperature': 0.5}})",
    f"{CALL}(...)",
    f"{CALL}([...])",
]
UNKNOWN_MESSAGES = [
    f"{CALL}([*history, user(q)])",
    f"{CALL}([user(q), *history])",
    f"{CALL}(history + [user(q)])",
    f"{CALL}([first, user(q)])",
    f"{CALL}([user(q), first, user(q), user(q)])",
    f"{CALL}([{{'role': role, 'content': 'hi'}}])",
    f"{CALL}([{{'role': 'user', 'content': q}}])",
    f"{CALL}([{{'role': 'user', **rest}}])",
    f"{CALL}([{{'role': 'usr', **rest}}])",
    f"{CALL}([{{key: 'user', 'content': 'hi'}}])",
    f"{CALL}([{{'role': 'user', key: 'hi'}}])",
    f"{CALL}([dict(role='user', content=q)])",
    f"{CALL}([dict(rest, role='user')])",
    f"{CALL}([user(*parts)])",
    f"{CALL}([user(**parts)])",
    f"{CALL}([user(f'about {{q}}')])",
    f"{CALL}([user(q) for q in questions])",
    f"{CALL}(tuple(history))",
    f"{CALL}([user('a'), assistant(''), user('b')] if False else history)",
    f"{CALL}([user('a'), assistant(function_call=asked), function('{{}}', name=n)])",
]
CHOICE = "tool_choice={'type': 'function', 'function': {'name': 'a'}}"
OF_TWO_ARGUMENTS = [
    "client.v2.chat.ernie_3_5_8k.create([user(q)], tools=tools, CHOICE)",
    "client.v2.chat.ernie_3_5_8k.create([user(q)], tools=[a, *b], CHOICE)",
    "client.v2.chat.ernie_3_5_8k.create([user(q)], tools=[{'type': 'function', 'function': f}], CHOICE)",
    "client.v2.chat.ernie_3_5_8k.create([user(q)], tools=[{'type': 'function', 'function': {'name': n}}], CHOICE)",
    "client.v2.chat.ernie_3_5_8k.create([user(q)], CHOICE, **more)",
    "client.v1.chat.ernie_3_5_8k.create([user(q)], functions=f, CHOICE)",
    "client.v1.chat.ernie_4_0_8k.create([user(q)], enable_system_memory=True, system_memory_id=memory)",
    "client.v1.chat.ernie_4_0_8k.create([user(q)], enable_system_memory=remember)",
    "client.v1.chat.ernie_4_0_8k.create([user(q)], enable_system_memory=True, **more)",
    "client.v1.chat.ernie_4_0_8k.create([user(q)], enable_system_memory=True, extra={'system_memory_id': 'm'})",
    "client.chat.completions.create(model='ernie-3.5-8k', messages=[user(q)], stream_options={}, stream=live)",
    "client.chat.completions.create(model='ernie-3.5-8k', messages=[user(q)], stream_options={}, **more)",
    "client.chat.completions.create(model='ernie-3.5-8k', messages=[user(q)], stream_options=options)",
    "client.v2.chat.ernie_3_5_8k.create([user(q)], max_tokens=5, max_completion_tokens=most)",
    "client.v1.chat.chatlaw.create([user(q)], extra_parameters={'use_keyword': True, **more})",
    "client.v1.chat.baichuan2_13b_chat.at(name).create([user(q)], top_k=5, top_p=p)",
]
UNKNOWN_MODELS = [
    "client.chat.completions.create(model=name, messages=[], temperature=9)",
    "client.chat.completions.create(messages=[], temperature=9, **request)",
    "client.v1.chat.model(name).create([], temperature=9)",
    "client.v1.chat.endpoint('mine').create([user(q)], temperature=9, anything=1)",
    "client.v1.chat.endpoint(name).create([user(q)], temperature=9)",
    "client.v1.chat.endpoint('mine', like=base).create([], temperature=9)",
    "client.v2.chat.endpoint('a-model-of-tomorrow').create([user(q)], temperature=9)",
    "client.v1.chat.a_model_of_tomorrow.create([], temperature=9)",
    "getattr(client.v1.chat, name).create([], temperature=9)",
    "client.v1.plugin_endpoint.endpoint('mine').create(q)",
    "validate({'model': name, 'messages': []}, api='v1.chat')",
    "validate({'messages': [], **rest}, api='v1.chat')",
    "validate({'messages': [], 'endpoint': e}, api='v1.chat')",
    "validate({'messages': []}, api='v1.chat', model=name)",
    "validate({'messages': []}, api=api)",
    "validate(payload, api='v1.chat')",
    "validate({'messages': []}, api='no.such')",
]
NAMES_THAT_CHANGE = {
    "appended to": "m = []\nm.append(user(q))\nCALL(m)",
    "extended later": "m = []\nm += history\nCALL(m)",
    "set by index": "m = [user('')]\nm[0]['content'] = q\nCALL(m)",
    "handed to a stranger": "m = []\nfill(m)\nCALL(m)",
    "under another name": "m = []\nn = m\nn.append(user(q))\nCALL(m)",
    "inside another list": "t = user('')\nm = [t]\nm[0]['content'] = q\nCALL([t])",
    "in a loop": "m = []\nfor q in questions:\n    m.append(user(q))\n    CALL(m)",
    "looped over": "m = [user('')]\nfor one in m:\n    one['content'] = q\nCALL(m)",
    "bound twice": "t = 1.7\nt = 0.5\nCALL([user(q)], temperature=t)",
    "added to": "t = 1.7\nt -= 1\nCALL([user(q)], temperature=t)",
    "counted": "for t in range(9):\n    CALL([user(q)], top_p=t)",
    "hidden by a parameter": "t = 1.7\ndef ask(t):\n    CALL([user(q)], temperature=t)",
    "hidden in a comprehension": "t = 1.7\n[CALL([user(q)], temperature=t) for t in warmths]",
    "set through global": "t = 1.7\ndef cool():\n    global t\n    t = 0.5\nCALL([user(q)], temperature=t)",
    "set through nonlocal": (
        "def ask():\n    def cool():\n        nonlocal t\n        t = 0.5\n"
        "    t = 1.7\n    CALL([user(q)], temperature=t)"
    ),
    "of a class": "class Settings:\n    t = 1.7\n    def ask(self):\n        CALL([user(q)], temperature=t)",
    "behind a star import": "t = 1.7\nfrom settings import *\nCALL([user(q)], temperature=t)",
    "imported": "from settings import TEMPERATURE\nCALL([user(q)], temperature=TEMPERATURE)",
    "caught": "try:\n    t = 1.7\nexcept ValueError as t:\n    pass\nCALL([user(q)], temperature=t)",
    "asked for before": "def ask(t=1.7):\n    if t > 1:\n        t = 1\n    CALL([user(q)], temperature=t)",
    "refused before": "def ask(t=1.7):\n    if t > 1:\n        raise ValueError\n    CALL([user(q)], temperature=t)",
    "asked for around": "for t in (0.5, 1.7):\n    if t < 1:\n        CALL([user(q)], temperature=t)",
    "left out by continue": "for t in (0.5, 1.7):\n    if t > 1:\n        continue\n    CALL([user(q)], temperature=t)",
    "left out in a comprehension": "[CALL([user(q)], temperature=t) for t in (0.5, 1.7) if t < 1]",
    "under the same condition": ("t = 0.5\nif other:\n    t = 1.7\nif not other:\n    CALL([user(q)], temperature=t)"),
    "behind the same condition": (
        "def ask(other):\n    t = 1.7 if other else 0.5\n    if other:\n        return None\n"
        "    return CALL([user(q)], temperature=t)"
    ),
    "of the provider": (
        "def ask(provider='other', t=1.7):\n    if provider == 'baidu':\n        CALL([user(q)], temperature=t)"
    ),
    "in a dict that a condition changes": (
        "p = {'temperature': 1.7}\nif cool:\n    p['temperature'] = 0.5\nCALL([user(q)], **p)"
    ),
    "in a dict that another function changes": (
        "p = {'temperature': 1.7}\ndef cool():\n    p['temperature'] = 0.5\ncool()\nCALL([user(q)], **p)"
    ),
    "in a dict under another name": ("p = {'temperature': 1.7}\no = p\no['temperature'] = 0.5\nCALL([user(q)], **p)"),
    "a list that grows under another name": "m = [user('')]\nn = m\nm += [user(q)]\nCALL(n)",
    "a message that changes in its list": "t = {'role': 'usr'}\nm = []\nm.append(t)\nt['role'] = 'user'\nCALL(m)",
    "an attribute that somebody else sets": (
        "class A:\n    t = 1.7\n    def ask(self):\n        CALL([user(q)], temperature=self.t)\n"
        "def cool(a):\n    a.t = 0.5"
    ),
    "an attribute of a class that a child has too": (
        "class A:\n    t = 1.7\n    def ask(self):\n        CALL([user(q)], temperature=self.t)\n"
        "class B(A):\n    t = 0.5"
    ),
    "an attribute that is asked for": (
        "class A:\n    def __init__(self, t=1.7):\n        self.t = t\n    def ask(self):\n"
        "        if self.t < 1:\n            CALL([user(q)], temperature=self.t)"
    ),
    "a default that a private function's callers never take": (
        "def _ask(t=1.7):\n    CALL([user(q)], temperature=t)\n_ask(0.5)\n_ask(t=0.6)"
    ),
    "what another caller gives": ("def say(text):\n    return user(text)\nsay('')\nCALL([say('hello')])"),
    "dead code": "t = 1.7\nif True:\n    t = 0.5\nCALL([user(q)], temperature=t)",
    "functions in a circle": (
        "def a(t):\n    return b(t)\ndef b(t):\n    return a(t)\nCALL([user(q)], temperature=a(1.7))"
    ),
    "of another user": "def user(text):\n    return {'role': 'user', 'content': text or '?'}\nCALL([user('')])",
    "in a circle": "a = b\nb = a\nCALL([user(q)], temperature=a)",
    "a handle bound twice": "h = client.v1.chat.chatlaw\nh = client.v1.chat.ernie_speed_8k\nh.create([user(q)])",
}
OTHER_CLIENTS = {
    "openai leaves out what is not given": (
        "from openai import NOT_GIVEN, OpenAI\nclient = OpenAI(base_url='https://qianfan.baidubce.com/v2')\n"
        "client.chat.completions.create(model='ernie-3.5-8k', messages=m, n=NOT_GIVEN, logit_bias=bias)"
    ),
    "openai with more than can be seen": (
        "from openai import OpenAI\nclient = OpenAI(base_url='https://qianfan.baidubce.com/v2')\n"
        "client.chat.completions.create(messages=[], extra_body=body)"
    ),
    "openai": "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt', messages=[])",
    "openai elsewhere": (
        "from openai import OpenAI  # not qianfan\nclient = OpenAI(base_url='https://api.example.com/v2')\n"
        "client.chat.completions.create(model='gpt', messages=[])"
    ),
    "an unknown client": "import qianfan\ndef ask(c):\n    c.chat.completions.create(model='gpt', messages=[])",
    "one of two clients": (
        "from openai import OpenAI\nfrom qianfan_typed import Qianfan\nclient = Qianfan() if ours else OpenAI()\n"
        "client.chat.completions.create(model='gpt', messages=[])"
    ),
    "one after the other": (
        "from openai import OpenAI\nfrom qianfan_typed import Qianfan\nclient = Qianfan()\nclient = OpenAI()\n"
        "client.chat.completions.create(model='gpt', messages=[])"
    ),
    "a namesake": "from mine.qianfan import ChatCompletion\nChatCompletion(model='x').do(messages=[])",
    "a relative import": "from .qianfan import ChatCompletion\nChatCompletion(model='x').do(messages=[])",
    "of llama_index": "from llama_index.llms.qianfan import Qianfan\nQianfan().chat.completions.create(model='x')",
    "of langchain": "from langchain.chat_models import QianfanChatEndpoint\nQianfanChatEndpoint(model='x').do([])",
    "an API of its own": "import qianfan\nkubernetes.v1.chat.create(name='x')\nthing.v2.models.list()",
    "dialogues elsewhere": "import qianfan\nstore.v1.chat.pods.create(temperature=9)",
    "a class of one's own": (
        "import qianfan\nclass ChatCompletion:\n    pass\nChatCompletion(model='x').do(messages=[])"
    ),
}
OF_CLASSES = [
    "qianfan.ChatCompletion().do(messages=qianfan.Messages())",
    "qianfan.ChatCompletion().do(messages=m, temperature=0.5, top_p=0.9)",
    "qianfan.ChatCompletion(model=name).do(messages=[], temperature=9)",
    "qianfan.ChatCompletion(**config).do(messages=[], temperature=9)",
    "qianfan.ChatCompletion(version=v, model='ernie-x').do(messages=[])",
    "qianfan.ChatCompletion(endpoint='mine').do(messages=later, temperature=9)",
    "qianfan.ChatCompletion(endpoint=e, model='ERNIE-Speed-8K').do(messages=[], temperature=9)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do(messages=later, endpoint='mine', top_p=9)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do(messages=[], model=name)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do(messages=[], **request)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do(m, retry_count=3, request_timeout=9.0, backoff_factor=2)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do([{'role': 'user', 'content': 'x' * 90_000}], "
    "truncate_overlong_msgs=True)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').do([{'role': 'system', 'content': 'x'}], "
    "adapt_openai_message_format=True)",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K', validate='off').do([])",
    "qianfan.ChatCompletion(version='2').do(messages=[{'role': 'user', 'content': 'hi'}])",
    "qianfan.ChatCompletion(model='ERNIE-Speed-8K').batch_do(dialogues)",
    "qianfan.Completion(model='ERNIE-Speed-8K').do(prompt='hi', temperature=0.5)",
    "qianfan.Embedding(model='bge-large-zh').do(texts=['a'] * n)",
    "qianfan.Plugin().do([{'role': 'user', 'content': 'draw'}], plugins=['eChart'], stream=True)",
    "qianfan.Plugin(endpoint='mine').do('draw')",
    "qianfan.Text2Image(endpoint='mine').do(prompt='cat', with_decode='base64', n=3)",
    "qianfan.FunctionNode(model='ERNIE-Functions-8K').do(messages=m, functions=f)",
    "qianfan.ChatCompletion.models()",
]
EXPECTED_TO_FAIL = [
    "with pytest.raises(InvalidRequest):\n    CALL([])",
    "with pytest.warns(RequestWarning), other:\n    CALL([], validate='warn')",
    "class Test(TestCase):\n    def test(self):\n        with self.assertRaises(InvalidRequest):\n            CALL([])",
]


@pytest.mark.parametrize("code", UNKNOWN_ARGUMENTS + UNKNOWN_MESSAGES + OF_TWO_ARGUMENTS + UNKNOWN_MODELS)
def test_what_cannot_be_known_is_left_out(code: str) -> None:
    assert found_in(CLIENT + code.replace("CHOICE", CHOICE)) == []


@pytest.mark.parametrize("code", NAMES_THAT_CHANGE.values(), ids=NAMES_THAT_CHANGE)
def test_a_name_counts_only_where_its_value_is_sure(code: str) -> None:
    assert found_in(CLIENT + code.replace("CALL", CALL)) == []


@pytest.mark.parametrize("code", OTHER_CLIENTS.values(), ids=OTHER_CLIENTS)
def test_other_clients_are_left_alone(code: str) -> None:
    assert found_in(code) == []


@pytest.mark.parametrize("code", OF_CLASSES)
def test_calls_of_the_documents_classes_that_may_be_right(code: str) -> None:
    assert found_in(f"import qianfan\n{code}") == []


@pytest.mark.parametrize("code", EXPECTED_TO_FAIL)
def test_a_call_that_is_meant_to_fail_may_fail(code: str) -> None:
    assert found_in(CLIENT + code.replace("CALL", CALL)) == []


def test_a_client_that_does_not_look_is_left_alone() -> None:
    code = "from qianfan_typed import Qianfan\nclient = Qianfan(validate='off')\n"
    assert found_in(f"{code}{CALL}([])\nclient.chat.completions.create(model='ernie-3.5-8k', messages=[])") == []
