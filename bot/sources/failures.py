"""The one place where what goes wrong below HTTP becomes a :class:`~bot.errors.FetchError`."""

from __future__ import annotations

import ssl

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import FetchError
from bot.sources.guard import SETTING, ForbiddenAddress

# What a request can raise. TimeoutError and ssl.SSLError are OSErrors, UnicodeError (a host name
# that cannot be encoded) and aiohttp.InvalidURL are ValueErrors; they are named where they matter.
# A RuntimeError comes from uvloop's connect, and from a decompressor that is not installed.
FOREIGN: tuple[type[Exception], ...] = (
    aiohttp.ClientError,
    HttpProcessingError,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
)


def translate(error: Exception, host: str) -> FetchError:
    """The fetch error that says in plain words what went wrong with that host."""
    if isinstance(error, FetchError):
        return error
    return FetchError(_words(error, host), forbidden=_refusal(error) is not None)


# The narrower class first; {} is what the error says of itself.
_WORDS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, UnicodeError),
        "this is not a web address that can be read",
    ),
    (
        (aiohttp.ClientConnectorDNSError,),
        "there is no such host, or the name service does not answer",
    ),
    ((TimeoutError,), "no complete answer in time"),
    (
        (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError),
        "its certificate is not valid: {}",
    ),
    (
        (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch, ssl.SSLError),
        "no secure connection: {}",
    ),
    ((aiohttp.ClientConnectorError, ConnectionRefusedError), "cannot connect: {}"),
    ((aiohttp.ClientPayloadError,), "the answer broke off or is wrongly compressed"),
    (
        (aiohttp.ClientResponseError, HttpProcessingError, ValueError),
        "the answer is not proper HTTP: {}",
    ),
)


def _words(error: Exception, host: str) -> str:
    if refusal := _refusal(error):
        return f"{host}: {refusal}"
    matching = (words for classes, words in _WORDS if isinstance(error, classes))
    words = next(matching, "the connection broke: {}")
    return f"{host}: {words.format(_reason(error))}"


def _refusal(error: Exception) -> str | None:
    """The guard's own words, wherever aiohttp put them.

    Where a name has several addresses and all are refused, the connector joins the messages of
    the errors into one plain OSError: the setting's name in it is what can be recognised.
    """
    cause: BaseException | None = error
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
    if isinstance(cause, ForbiddenAddress):
        return cause.message
    if isinstance(cause, OSError) and SETTING in str(cause):
        return f"not a public address (set {SETTING} = true to read sources inside your network)"
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        error = error.certificate_error
    elif isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    if isinstance(error, ssl.SSLCertVerificationError):
        # Set where the error comes from OpenSSL, and only there.
        return getattr(error, "verify_message", None) or str(error)
    words = getattr(error, "strerror", None) or getattr(error, "message", None) or str(error)
    return " ".join(str(words).split())[:200] or type(error).__name__
