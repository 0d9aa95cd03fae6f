from __future__ import annotations

import inspect
import ssl

import aiohttp
import pytest
from aiohttp import http_exceptions
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import FetchError
from bot.sources.failures import FOREIGN, translate
from bot.sources.guard import ForbiddenAddress

# What aiohttp raises elsewhere than in a GET: inside its streams, and on WebSockets.
ELSEWHERE = {"WSMessageTypeError", "EofStream", "WebSocketError"}


def exceptions(module: object) -> list[type[Exception]]:
    members = [member for _, member in inspect.getmembers(module, inspect.isclass)]
    return [
        member
        for member in members
        if issubclass(member, Exception) and not issubclass(member, Warning)
        if member.__name__ not in ELSEWHERE
    ]


FOREIGN_CLASSES = sorted(
    {*exceptions(aiohttp), *exceptions(aiohttp.client_exceptions), *exceptions(http_exceptions)},
    key=lambda found: found.__name__,
)
KEY = ConnectionKey(
    "host.example", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)


def make(kind: type[Exception]) -> Exception:
    """An instance, whatever its constructor wants."""
    if issubclass(kind, aiohttp.ClientConnectorCertificateError):
        return kind(KEY, ssl.SSLCertVerificationError("expired"))
    if issubclass(kind, aiohttp.client_exceptions.UnixClientConnectorError):
        return kind("/path", KEY, OSError(111, "refused"))
    if issubclass(kind, aiohttp.ClientConnectorError):
        return kind(KEY, OSError(111, "refused"))
    if issubclass(kind, aiohttp.ServerFingerprintMismatch):
        return kind(b"a", b"b", "host.example", 443)
    if issubclass(kind, aiohttp.ClientResponseError):
        url = URL("http://host.example/")
        info = aiohttp.RequestInfo(url, "GET", CIMultiDictProxy(CIMultiDict()), url)
        return kind(info, (), status=400, message="bad")
    error = kind.__new__(kind, "reason")
    error.args = ("reason",)
    for name in ("message", "code", "headers"):
        if not hasattr(error, name):
            setattr(error, name, "reason")
    return error


def test_there_is_something_to_enumerate() -> None:
    assert len(FOREIGN_CLASSES) > 25


@pytest.mark.parametrize("kind", FOREIGN_CLASSES)
def test_every_foreign_error_is_caught_and_gets_words(kind: type[Exception]) -> None:
    assert issubclass(kind, FOREIGN)
    translated = translate(make(kind), "host.example")
    assert str(translated).startswith("host.example: ")
    assert "{}" not in str(translated)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "no complete answer in time"),
        (aiohttp.ConnectionTimeoutError(), "no complete answer in time"),
        (aiohttp.ClientConnectorDNSError(KEY, OSError("x")), "no such host"),
        (
            aiohttp.ClientConnectorCertificateError(
                KEY, ssl.SSLCertVerificationError(1, "certificate has expired")
            ),
            "certificate is not valid",
        ),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "wrong version")), "no secure"),
        (aiohttp.ClientConnectorError(KEY, OSError(111, "Connection refused")), "cannot connect"),
        (aiohttp.ClientConnectorError(KEY, ForbiddenAddress("closed to {you}")), "closed to {you}"),
        (aiohttp.ServerDisconnectedError(), "the connection broke"),
        (aiohttp.ClientPayloadError("x"), "broke off"),
        (aiohttp.InvalidURL("x y"), "not a web address"),
        (UnicodeError("label too long"), "not a web address"),
        (http_exceptions.BadStatusLine("SSH-2.0"), "not proper HTTP"),
        (RuntimeError("uvloop says no"), "the connection broke: uvloop says no"),
        (aiohttp.ClientError(), "the connection broke: ClientError"),
    ],
)
def test_the_words_say_what_happened(error: Exception, words: str) -> None:
    assert words in str(translate(error, "host.example"))


def test_our_own_error_passes_unchanged() -> None:
    error = FetchError("as it is", status=404)
    assert translate(error, "host.example") is error
