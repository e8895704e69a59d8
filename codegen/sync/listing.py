"""Model lists of the platform, as the client of this checkout gets them: a program that prints them as JSON.

The one module of codegen that imports the client. It runs in a Python of its own, since codegen must work where the
package that it generates does not import.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from qianfan_typed import Qianfan, errors

Models = list[dict[str, object]]


def main() -> None:
    """Prints the models of each dialect, or why there are none."""
    with Qianfan() as client:
        print(json.dumps({"v1": _answer(_services, client), "v2": _answer(_models, client)}))


def _answer(models: Callable[[Qianfan], Models], client: Qianfan) -> dict[str, object]:
    try:
        return {"models": models(client)}
    except errors.QianfanError as error:
        return {"error": str(error)}


def _services(client: Qianfan) -> Models:
    common = client.v1.services.list().result.common
    return [{"name": one.name, "url": one.url, "kind": one.apiType} for one in common]


def _models(client: Qianfan) -> Models:
    """As the platform sent them: what of it is a fact is asking.py's to say."""
    sent: list[dict[str, object]] = client.v2.models.list().get("data") or []
    return sent


if __name__ == "__main__":
    main()
