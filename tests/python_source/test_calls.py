"""Calls are followed to the clients and objects that they are made on, and to the platform's address."""

from __future__ import annotations

import pytest

from qianfan_typed.python_source.module_check import check_text
from tests.python_source.looking import found_in, places

SPEED = "model='ERNIE-Speed-8K', messages=[{'role': 'user', 'content': 'hi'}], temperature=1.7"
ON_V2 = "model='ernie-3.5-8k', messages=[{'role': 'user', 'content': 'hi'}], temperature=1.7"
BODY = "{'model': 'ernie-3.5-8k', 'messages': [{'role': 'user', 'content': 'hi'}], 'temperature': 1.7}"
ADDRESS = "https://qianfan.baidubce.com/v2"

ON_OBJECTS = {
    "bound again": (
        "c = qianfan.ChatCompletion(model='ERNIE-3.5-8K')\nc.do(messages=m)\n"
        "c = qianfan.ChatCompletion(model='ERNIE-Speed-8K')\nc.do(messages=m, temperature=1.7)"
    ),
    "one of two of a kind": f"c = qianfan.ChatCompletion(ak='a') if a else qianfan.ChatCompletion()\nc.do({SPEED})",
    "one or the other": f"c = None or qianfan.ChatCompletion()\nc.do({SPEED})",
    "None until it is made": f"c = None\nif ready:\n    c = qianfan.ChatCompletion()\nc.do({SPEED})",
    "a method with a name": f"do = qianfan.ChatCompletion().do\ndo({SPEED})",
    "a method with some arguments": (
        "from functools import partial\ndo = partial(qianfan.ChatCompletion().do, model='ERNIE-Speed-8K')\n"
        "do(messages=m, temperature=1.7)"
    ),
    "a function that makes it": f"def make():\n    return qianfan.ChatCompletion()\nmake().do({SPEED})",
    "a function that makes it with a model": (
        "def make(name):\n    return qianfan.ChatCompletion(model=name)\n"
        "make('ERNIE-3.5-8K')\nmake('ERNIE-Speed-8K').do(messages=m, temperature=1.7)"
    ),
    "a method that makes it": (
        "class A:\n    def make(self):\n        return qianfan.ChatCompletion()\n    def go(self):\n"
        f"        self.make().do({SPEED})"
    ),
    "a property": (
        "class A:\n    @property\n    def c(self):\n        return qianfan.ChatCompletion()\n"
        f"    def go(self):\n        self.c.do({SPEED})"
    ),
    "an attribute that another class has too": (
        "class A:\n    def __init__(self):\n        self.c = qianfan.ChatCompletion()\n"
        f"    def go(self):\n        self.c.do({SPEED})\n"
        "class B:\n    def __init__(self):\n        self.c = object()"
    ),
    "an attribute that is set again": (
        "class A:\n    def __init__(self, c=None):\n        self.c = c\n        self.c = qianfan.ChatCompletion()\n"
        f"    def go(self):\n        self.c.do({SPEED})"
    ),
    "an attribute of an object": (
        f"class A:\n    def __init__(self):\n        self.c = qianfan.ChatCompletion()\na = A()\na.c.do({SPEED})"
    ),
    "a class of one's own": f"class Chat(qianfan.ChatCompletion):\n    pass\nChat().do({SPEED})",
    "a parameter that is said to be one": f"def ask(c: qianfan.ChatCompletion):\n    c.do({SPEED})",
    "a parameter that may be None": f"def ask(c: 'qianfan.ChatCompletion | None' = None):\n    c.do({SPEED})",
    "a parameter with a default": f"def ask(c=qianfan.ChatCompletion()):\n    c.do({SPEED})",
    "unpacked": f"c, other = qianfan.ChatCompletion(), 1\nc.do({SPEED})",
    "beside what callers add": f"def ask(**more):\n    qianfan.ChatCompletion().do({SPEED}, **more)",
}
BY_ADDRESS = {
    "requests": f"import requests\nrequests.post('{ADDRESS}/chat/completions', json={BODY})",
    "a name for the body": f"import requests\nbody = {BODY}\nrequests.post('{ADDRESS}/chat/completions', json=body)",
    "a text": f"import json, requests\nrequests.post('{ADDRESS}/chat/completions', data=json.dumps({BODY}))",
    "a text with a name": (
        f"import json, requests\ntext = json.dumps({BODY})\n"
        f"requests.request('POST', '{ADDRESS}/chat/completions', data=text)"
    ),
    "an address of parts": (
        f"import requests\nBASE = '{ADDRESS}'\nrequests.post(f'{{BASE}}/chat/completions', json={BODY})"
    ),
    "a sum": f"import requests\nBASE = '{ADDRESS}'\nrequests.post(url=BASE + '/chat/completions', json={BODY})",
    "httpx": f"import httpx\nhttpx.Client().post('{ADDRESS}/chat/completions', json={BODY})",
    "httpx with a base": (
        f"import httpx\nc = httpx.Client(base_url='{ADDRESS}')\nc.post('/chat/completions', json={BODY})"
    ),
    "aiohttp": (
        "import aiohttp\nasync def ask():\n    async with aiohttp.ClientSession() as session:\n"
        f"        async with session.post('{ADDRESS}/chat/completions', json={BODY}) as reply:\n            pass"
    ),
    "urllib": (
        "import json, urllib.request\n"
        f"urllib.request.Request('{ADDRESS}/chat/completions', data=json.dumps({BODY}).encode())"
    ),
    "openai by a constant": (
        f"from openai import OpenAI\nURL = '{ADDRESS}'\nOpenAI(base_url=URL).chat.completions.create({ON_V2})"
    ),
    "openai by the environment": (
        f"import os\nfrom openai import OpenAI\nc = OpenAI(base_url=os.getenv('URL', '{ADDRESS}'))\n"
        f"c.chat.completions.create({ON_V2})"
    ),
    "openai with options": (
        "from openai import OpenAI\n"
        f"OpenAI(base_url='{ADDRESS}').with_options(timeout=3).chat.completions.create({ON_V2})"
    ),
    "openai parses": (
        "from openai import OpenAI\n"
        f"OpenAI(base_url='{ADDRESS}').beta.chat.completions.parse({ON_V2}, response_format=Answer)"
    ),
    "langchain": (
        "from langchain_openai import ChatOpenAI\n"
        f"ChatOpenAI(base_url='{ADDRESS}', model='ernie-3.5-8k', temperature=1.7)"
    ),
    "llama-index": (
        "from llama_index.llms.openai_like import OpenAILike\n"
        f"OpenAILike(api_base='{ADDRESS}', model='ernie-3.5-8k', temperature=1.7)"
    ),
    "litellm": (
        f"import litellm\nlitellm.completion({ON_V2.replace('ernie-3', 'openai/ernie-3')}, api_base='{ADDRESS}')"
    ),
}
V1 = "https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop"
LEFT_ALONE = {
    "another path of the host": f"requests.post('{ADDRESS}/ai_search/chat/completions', json={BODY})",
    "another host": f"requests.post('https://example.com/v2/chat/completions?to=qianfan', json={BODY})",
    "a host with more before it": (
        f"requests.post('https://qianfan.baidubce.com.example.com/v2/chat/completions', json={BODY})"
    ),
    "a token": "requests.post('https://aip.baidubce.com/oauth/2.0/token', json={'grant_type': 'x', 'model': 1})",
    "another method": f"requests.request('GET', '{ADDRESS}/chat/completions', json={BODY})",
    "langchain elsewhere": "from langchain_openai import ChatOpenAI\nChatOpenAI(model='gpt-4', temperature=9)",
    "litellm elsewhere": "import litellm\nlitellm.completion(model='gpt-4', messages=[], temperature=9)",
    "openai at one of two addresses": (
        f"from openai import OpenAI\nc = OpenAI(base_url='{ADDRESS}' if a else 'https://example.com')\n"
        "c.chat.completions.create(model='gpt-4', messages=[])"
    ),
}
COUNTED = {
    "a path that is not known": (f"requests.post(f'{V1}/chat/{{name}}?access_token=x', json=body)", "unknown_name"),
    "a body that is not known": (f"requests.post('{ADDRESS}/chat/completions', json=body)", "unknown_name"),
    "a service of one's own": (f"requests.post('{V1}/chat/mine', json={{'messages': m}})", "own_endpoint"),
    "openai at an address of the environment": (
        "import os\nfrom openai import OpenAI\n"
        "OpenAI(base_url=os.environ['QIANFAN_URL']).chat.completions.create(model='a', messages=m)",
        "unknown_name",
    ),
}


@pytest.mark.parametrize("code", ON_OBJECTS.values(), ids=ON_OBJECTS)
def test_objects_are_followed(code: str) -> None:
    (found,) = places(f"import qianfan\n{code}")
    assert found.endswith(" /temperature range")


@pytest.mark.parametrize("code", BY_ADDRESS.values(), ids=BY_ADDRESS)
def test_the_address_says_what_is_called(code: str) -> None:
    (found,) = places(code)
    assert found.endswith(" /temperature range")


def test_the_path_says_the_model_on_v1() -> None:
    code = f"""
        import requests
        requests.post(f"{V1}/chat/completions?access_token={{token}}", json={{"messages": [], "top_p": 2}})
    """
    assert found_in(code) == [
        "3:136 error v1.chat ERNIE-3.5-8K /messages empty must not be empty",
        "3:149 error v1.chat ERNIE-3.5-8K /top_p range 2: must be at least 0 and at most 1.0",
    ]


def test_without_a_model_on_v2_it_is_missing() -> None:
    code = f"import requests\nrequests.post('{ADDRESS}/chat/completions', json={{'messages': m}})"
    assert places(code) == ["2:72 /model missing"]


@pytest.mark.parametrize("code", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_goes_elsewhere_is_left_alone(code: str) -> None:
    checked = check_text(f"import requests\n{code}", "app.py")
    assert (checked.requests, dict(checked.unchecked), checked.findings) == (0, {}, ())


@pytest.mark.parametrize(("code", "reason"), COUNTED.values(), ids=COUNTED)
def test_what_goes_there_and_is_not_seen_is_counted(code: str, reason: str) -> None:
    checked = check_text(f"import requests\n{code}", "app.py")
    assert (checked.requests, dict(checked.unchecked), checked.findings) == (0, {reason: 1}, ())
