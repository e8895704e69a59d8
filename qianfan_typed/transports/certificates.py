"""Certificates: which ones are trusted, which one is shown, and what to do where one does not fit."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import NoReturn

from qianfan_typed.config import TABLE
from qianfan_typed.config.kinds import Ca, Cert
from qianfan_typed.errors import ConfigurationError

_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables of other programs that name what to trust, in the order in which they count."""
_UNSIGNED = {2, 18, 19, 20, 21}
"""OpenSSL's codes of a certificate that nobody signed who is trusted."""
_EXPIRED, _EARLY = 10, 9
_MISNAMED = {62, 64}
_NAME_IT = "name its file or folder: ca= or QIANFAN_CA_BUNDLE"


class Certificates:
    """The certificates of a transport's connections.

    Trusted are, the first that is given: `ca`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE` and
    `SSL_CERT_DIR`, the system's store, and where that is empty, certifi's, if it is installed.
    """

    def __init__(self, *, verify: bool = True, ca: Ca | None = None, cert: Cert | None = None) -> None:
        """
        Args:
            verify: Whether a server's certificate is checked.
            ca: A file or folder of certificates to trust, or a context, which is used as it is.
            cert: A file with a certificate to show and its key, or the files of both.

        Raises:
            ConfigurationError: There is a context, and something else that it would have to say.
        """
        if isinstance(ca, ssl.SSLContext) and (cert is not None or not verify):
            name = "cert" if cert is not None else "verify_ssl"
            raise ConfigurationError(
                message=f"{name}: an SSLContext as ca is used as it is: say it there, or give ca as a path",
                setting=name,
            )
        self._verify, self._ca, self._cert = verify, ca, cert
        self._context: ssl.SSLContext | None = None
        self._trusted = ""

    @property
    def context(self) -> ssl.SSLContext:
        """The context of all connections. Reading the certificates takes 14 ms: made once, when it is wanted.

        Raises:
            ConfigurationError: A file cannot be read.
        """
        if self._context is None:
            self._context = self._ca if isinstance(self._ca, ssl.SSLContext) else self._made()
        return self._context

    def _made(self) -> ssl.SSLContext:
        ca, variable = self._named()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if ca is not None else ssl.create_default_context()
        if not self._verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif ca is not None:
            self._trusted = f"those of {variable}, {ca}"
            _load(context, ca, variable)
        else:
            self._trusted = _completed(context)
        # As every HTTP library does: servers that speak several take it for the one to speak.
        context.set_alpn_protocols(["http/1.1"])
        if self._cert is not None:
            _show(context, self._cert)
        return context

    def _named(self) -> tuple[str | None, str]:
        """The file or folder to trust, and the name under which it was given."""
        if isinstance(self._ca, str):
            variable = str(TABLE["ca"].variable)
            return self._ca, variable if os.environ.get(variable, "").strip() == self._ca else "ca"
        given = [(path, name) for name in _OTHERS if (path := os.environ.get(name, "").strip())]
        return given[0] if given else (None, "")

    def explained(self, error: BaseException, host: str) -> str | None:
        """What an error of the encryption means, and what to do. None: no more than it says itself.

        Args:
            error: What the handshake came to.
            host: With whom it was made.
        """
        if not isinstance(error, ssl.SSLCertVerificationError):
            return _unencrypted(error, host) if isinstance(error, ssl.SSLError) else None
        said, code = error.verify_message, error.verify_code
        if code in _MISNAMED:
            return f"the certificate of {host} is for another name: {said} The address, or what answers there, is wrong"
        if code in (_EXPIRED, _EARLY):
            what = "has expired" if code == _EXPIRED else "is not valid yet"
            return f"the certificate of {host} {what}, or the clock of this machine is wrong"
        if code not in _UNSIGNED:
            return f"the certificate of {host} does not fit: {said}"
        if isinstance(self._ca, ssl.SSLContext):
            return f"the certificate of {host} is signed by nobody whom the SSLContext given as ca trusts: {said}"
        advice = f"If a company or a gateway has a CA of its own, {_NAME_IT}"
        if not self._trusted:
            advice = f"Install the system's ca-certificates, or certifi, or {_NAME_IT}"
        return (
            f"the certificate of {host} is signed by nobody who is trusted here: {said}. "
            f"Trusted are {self._trusted or 'none: this machine has no CA certificates'}. {advice}"
        )


def _load(context: ssl.SSLContext, ca: str, name: str) -> None:
    try:
        if not Path(ca).is_dir():
            context.load_verify_locations(cafile=ca)
            return
        # OpenSSL looks into files that are named by a hash, and those alone.
        context.load_verify_locations(capath=ca)
        for path in Path(ca).iterdir():
            if path.suffix in (".pem", ".crt", ".cer"):
                context.load_verify_locations(cafile=path)
    except OSError as error:  # what OpenSSL says is one too
        failure = _why(error, "has no certificate in PEM")
    else:
        return
    _refuse(name, ca, failure)


def _completed(context: ssl.SSLContext) -> str:
    """Adds certifi's certificates to a store that is empty; what is trusted, in words. Empty: nothing."""
    paths = ssl.get_default_verify_paths()
    variables = [
        name
        for name, path in ((paths.openssl_cafile_env, paths.cafile), (paths.openssl_capath_env, paths.capath))
        if os.environ.get(name) and path
    ]
    store = f"those of {' and '.join(variables)}" if variables else "those of this machine"
    # Certificates in a folder are read when they are wanted, and not counted before.
    if context.cert_store_stats()["x509"] or (paths.capath and any(Path(paths.capath).iterdir())):
        return store
    try:
        import certifi
    except ImportError:
        return ""
    context.load_verify_locations(cafile=certifi.where())
    return "those of certifi"


def _show(context: ssl.SSLContext, cert: Cert) -> None:
    certificate, key = (cert, None) if isinstance(cert, str) else cert

    def password() -> NoReturn:
        # Without it OpenSSL would ask whoever sits at the terminal.
        raise ValueError("is encrypted: give an SSLContext as ca, with its certificate and password")

    try:
        context.load_cert_chain(certificate, key, password)
    except ValueError as error:
        failure = str(error)
    except OSError as error:
        failure = _why(error, "has no certificate and key in PEM that belong together")
    else:
        return
    _refuse("cert", key or certificate if "encrypted" in failure else certificate, failure)


def _why(error: OSError, unfit: str) -> str:
    return unfit if isinstance(error, ssl.SSLError) else str(error.strerror).lower()


def _refuse(name: str, path: str, why: str) -> NoReturn:
    joint = " " if why.startswith(("has ", "is ")) else ": "
    raise ConfigurationError(message=f"{name}: {path}{joint}{why}", setting=name)


def _unencrypted(error: ssl.SSLError, host: str) -> str | None:
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        return f"{host} does not speak TLS on this port: is it http:// there?"
    if "CERTIFICATE_REQUIRED" in (error.reason or ""):
        return f"{host} wants a certificate of the client: cert= or QIANFAN_CLIENT_CERT"
    return None
