"""`instructor`, answers as objects, against the server of OpenAI's API: V2 and V1."""

from __future__ import annotations

from typing import Any

import instructor
import openai
import pydantic
import pytest
from programs import SERVER


class City(pydantic.BaseModel):
    """A city."""

    name: str
    people: int


@pytest.mark.parametrize(
    ("model", "mode"),
    [("gpt-4o", instructor.Mode.TOOLS), ("gpt-4o", instructor.Mode.JSON_SCHEMA), ("gpt-3.5", instructor.Mode.TOOLS)],
    ids=["V2, a tool", "V2, a schema", "V1, a function"],
)
def test_instructor(model: str, mode: Any) -> None:
    client: Any = instructor.from_openai(openai.OpenAI(base_url=SERVER, api_key="any"), mode=mode)
    asked = [{"role": "system", "content": "be exact"}, {"role": "user", "content": "北京？"}]
    found = client.chat.completions.create(model=model, response_model=City, messages=asked, max_retries=0)
    assert isinstance(found, City)
