"""The client's settings: misspelt, of the wrong type."""

from __future__ import annotations

from qianfan_typed import Qianfan

Qianfan("…", "…")
# ^ pyright: Expected 0 positional arguments
# ^ mypy: Too many positional arguments for "Qianfan"
Qianfan(acces_key="…", secret_key="…")
# ^ pyright: No parameter named "acces_key"
# ^ mypy: Unexpected keyword argument "acces_key" for "Qianfan"; did you mean "access_key" or "access_token"?
Qianfan(timeout="5")
# ^ pyright: Argument of type "Literal['5']" cannot be assigned to parameter "timeout" of type "float | None" in function "__init__"
# ^ mypy: Argument "timeout" to "Qianfan" has incompatible type "str"; expected "float | None"
Qianfan(validate="strict")
# ^ pyright: Argument of type "Literal['strict']" cannot be assigned to parameter "validate" of type "Validate | None" in function "__init__"
# ^ mypy: Argument "validate" to "Qianfan" has incompatible type "Literal['strict']"; expected "Literal['error', 'warn', 'off'] | None"
Qianfan(headers=[("x-name", "…")])
# ^ pyright: Argument of type "list[tuple[str, str]]" cannot be assigned to parameter "headers" of type "Mapping[str, str] | None" in function "__init__"
# ^ mypy: Argument "headers" to "Qianfan" has incompatible type "list[tuple[str, str]]"; expected "Mapping[str, str] | None"
Qianfan().settings.timeouts
# ^ pyright: Cannot access attribute "timeouts" for class "Settings"
# ^ mypy: "Settings" has no attribute "timeouts"; maybe "timeout"?
