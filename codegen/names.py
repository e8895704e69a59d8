"""Names in generated code."""

from __future__ import annotations

import keyword
import re


def property_name(model: str) -> str:
    """A model's property: lower case, every run of other characters than letters and digits as one `_`."""
    name = re.sub(r"[^a-z0-9]+", "_", model.lower()).strip("_")
    return f"_{name}" if name[:1].isdigit() or keyword.iskeyword(name) else name


def snake(name: str) -> str:
    """CamelCase as snake_case: `ErnieSpeed8kChat` → `ernie_speed_8k_chat`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """`plugin_endpoint` → `PluginEndpoint`, `images.edits` → `ImagesEdits`."""
    return "".join(part.capitalize() for part in re.split("[_.]", name))


def constant(name: str) -> str:
    """`v1.chat` → `V1_CHAT`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).upper()
