"""Kept connections of urllib3: which one was lost before the first byte of a reply, and had served before."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection


class KeptConnectionLost(ConnectionError):
    """A connection that had served was lost before the first byte of a reply."""


class _Counts(HTTPConnection):
    _served = False

    def getresponse(self) -> Any:  # urllib3's reply, which is none of http.client's, as its base class would have it
        served = self._served
        try:
            response = super().getresponse()
        except TimeoutError:
            raise
        except (OSError, HTTPException) as error:
            if served:
                raise KeptConnectionLost(str(error)) from error
            raise
        self._served = True
        return response

    def close(self) -> None:
        # urllib3 opens a closed one again: it is a new one then.
        self._served = False
        super().close()

    def request(self, *arguments: Any, **options: Any) -> None:
        served = self._served
        try:
            super().request(*arguments, **options)
        except ConnectionError as error:
            if served:
                raise KeptConnectionLost(str(error)) from error
            raise


class PlainConnection(_Counts):
    """A connection without TLS."""


class SecureConnection(_Counts, HTTPSConnection):
    """One with it."""

    def connect(self) -> None:
        super().connect()
        # urllib3 would warn at each connection of what the user has said himself: `verify_ssl=False`.
        self.is_verified = True
