"""Clients: `Qianfan` blocks, `AsyncQianfan` is awaited. Both have the same shape."""

from qianfan_typed.client.awaited import AsyncQianfan as AsyncQianfan
from qianfan_typed.client.blocking import Qianfan as Qianfan

__all__ = ["AsyncQianfan", "Qianfan"]
