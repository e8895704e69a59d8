"""Functions in prompts: calls of those that are described in the prompt.

The official SDK's `Function` class sends no functions: it writes them into the user's message, and reads the call out
of two lines of the answer.
"""

from __future__ import annotations

import json
import re

import msgspec.json

from qianfan_typed.emulator import json_instance

CALL, ARGUMENTS = "Action: ", "Action Input: "
_DESCRIBED = re.compile(r"^-?名称：(?P<name>\w+)\n描述：.*?\n参数：(?P<schema>\{.*\})$", re.MULTILINE | re.DOTALL)


def called_in(prompt: str) -> str | None:
    """The lines that call the first function that a prompt describes. None: it describes none."""
    if CALL not in prompt or ARGUMENTS not in prompt:
        return None
    for part in re.split(r"^(?=-?名称：)", prompt, flags=re.MULTILINE):
        found = _DESCRIBED.search(part.strip().partition("\n\n")[0])
        if found is not None:
            return _lines(found["name"], found["schema"])
    return None


def _lines(name: str, schema: str) -> str:
    try:
        described: object = msgspec.json.decode(schema)
    except msgspec.DecodeError:
        described = None
    arguments = json.dumps(json_instance.arguments(described), ensure_ascii=False)
    return f"{CALL}{name}\n{ARGUMENTS}{arguments}"
