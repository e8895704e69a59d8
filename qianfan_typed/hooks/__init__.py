"""Hooks: what a client tells of its calls, to functions of the user's, to the log and to OpenTelemetry.

`Qianfan(on_request=…, on_reply=…, on_retry=…, on_error=…)`: each is called with one value, which holds no key, no
token, no prompt and no answer. `AsyncQianfan` takes coroutine functions too, and awaits them. What a hook raises is
logged and changes nothing: a reply that was paid for is not lost for it.
"""

from qianfan_typed.hooks.events import CallFailed as CallFailed
from qianfan_typed.hooks.events import CallInfo as CallInfo
from qianfan_typed.hooks.events import ReplyCame as ReplyCame
from qianfan_typed.hooks.events import RequestSent as RequestSent
from qianfan_typed.hooks.events import RetryPlanned as RetryPlanned
