"""Stages: how far the making of a connection came."""

from __future__ import annotations

import attrs


@attrs.define
class Stage:
    """How far the making of a connection came, for what is said where it goes no further."""

    host: str
    """With whom it is made now."""
    stalled: str = ""
    """The end of a sentence that says that nothing came in time. Empty: the network has not connected."""
    handshaking: bool = False
    """Whether the encryption is being agreed on."""

    def asks(self, named: str) -> None:
        """A proxy is asked to lead on: its host and port."""
        self.host, self.stalled, self.handshaking = named, f": the proxy {named} gave no answer", False

    def encrypts(self, host: str) -> None:
        """A host shows its certificate."""
        self.host, self.stalled, self.handshaking = host, f": the TLS handshake with {host} stalled", True
