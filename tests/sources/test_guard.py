from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import FetchError
from bot.sources import guard
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.guard import ForbiddenAddress, check_url, is_allowed, socket_factory
from tests.sources.conftest import listening

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType

PUBLIC = """
1.1.1.1 8.8.8.8 93.184.216.34 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 192.167.1.1
2606:4700:4700::1111 2a00:1450:4007:80e::200e 64:ff9b::808:808 ::ffff:8.8.8.8 2002:808:808::1
""".split()
INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
168.63.129.16
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:7f00:1
64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:7f00:1::1 2002:a00:1:: 2002:c0a8:101::
2001::1 2001:0:53aa:64c:0:0:80ff:fffe 2001:10::1 2001:db8::1 3fff::1 100::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 5f00::1 2a00::5efe:7f00:1
2a00::200:5efe:a00:1 2606:4700:4700::1111%eth0 4000::1 a000::1
""".split()
NO_ADDRESS = ["", "localhost", "2130706433", "127.1", "0x7f.0.0.1", "0177.0.0.1", "1.1.1.1.", "::g"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("address", INSIDE + NO_ADDRESS)
def test_everything_else_is_not(address: str) -> None:
    assert not is_allowed(address)


def info(host: str, port: int, *rest: int) -> AddrInfoType:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return (family, socket.SOCK_STREAM, 0, "", (host, port, *rest))


def test_the_factory_makes_sockets_for_public_addresses() -> None:
    with socket_factory(allow_private=False)(info("1.1.1.1", 443)) as made:
        assert made.family is socket.AF_INET
    with socket_factory(allow_private=True)(info("127.0.0.1", 8000)) as made:
        assert made.type is socket.SOCK_STREAM


@pytest.mark.parametrize(
    ("address", "allow_private"),
    [
        (info("127.0.0.1", 80), False),
        (info("2606:4700:4700::1111", 443, 0, 3), False),  # a zone
        (info("1.1.1.1", 25), False),
        (info("1.1.1.1", 587), True),
        (info("127.0.0.1", 6379), True),
    ],
)
def test_the_factory_refuses(address: AddrInfoType, *, allow_private: bool) -> None:
    with pytest.raises(ForbiddenAddress):
        socket_factory(allow_private=allow_private)(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "gopher://example.org:70/",
        "data:text/xml,<rss/>",
        "//example.org/feed",
        "http://",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:25/",
        "http://example.org:99999/",
        "http://[::1/",
        "",
    ],
)
def test_addresses_that_are_never_asked(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(url)


class Rebinding(AbstractResolver):
    """A name service in an attacker's hand: every name is the address that it wants dialled."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


LITERALS = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.0.0.1.nip.invalid@127.0.0.1:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://224.0.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://169.254.169.254:{port}/",
    "http://localhost.localdomain:{port}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/",
    "http://127。0。0。1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://example.org@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.org/",
    "http://127.0.0.1:{port}\\@example.org/",
    "https://127.0.0.1:{port}/",
]


@pytest.mark.parametrize("address", LITERALS)
async def test_no_spelling_of_an_inside_address_is_dialled(address: str) -> None:
    async with listening() as listener, Fetcher(FetchLimits()) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(address.format(port=listener.port))
        assert listener.connections == 0


@pytest.mark.parametrize("address", LITERALS)
async def test_nothing_is_posted_inside_either(address: str) -> None:
    """Hubs are posted to, at addresses that a feed names."""
    async with listening() as listener, Fetcher(FetchLimits()) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.post(address.format(port=listener.port), {"hub.mode": "subscribe"})
        assert (listener.connections, listener.received) == (0, 0)


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("::ffff:127.0.0.1",), ("127.0.0.1", "::1"), ("10.0.0.1",)]
)
async def test_no_name_that_resolves_inside_is_dialled(addresses: tuple[str, ...]) -> None:
    async with listening() as listener:
        async with Fetcher(FetchLimits(), resolver=Rebinding(*addresses)) as fetcher:
            with pytest.raises(FetchError, match="fetch.allow_private_addresses"):
                await fetcher.fetch(f"http://innocent.example:{listener.port}/")
        assert listener.connections == 0


async def test_no_redirect_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    # 127.0.0.2 plays the public host, so that there is one that can be dialled without a network.
    public = "127.0.0.2"
    monkeypatch.setattr(guard, "is_allowed", lambda address: address == public)
    async with listening() as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\n\r\n"
        async with listening(public, moved.encode()) as outside, Fetcher(FetchLimits()) as fetcher:
            with pytest.raises(FetchError, match="127.0.0.1 is not a public address"):
                await fetcher.fetch(f"http://{public}:{outside.port}/")
            assert outside.connections == 1
        assert inside.connections == 0


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "http://1.1.1.1:25/"]
)
async def test_no_redirect_changes_to_another_protocol(target: str) -> None:
    moved = f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\n\r\n".encode()
    limits = FetchLimits(allow_private=True)
    async with listening(reply=moved) as listener, Fetcher(limits) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(f"http://127.0.0.1:{listener.port}/")
        assert listener.connections == 1


async def test_the_config_can_allow_it() -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    async with listening(reply=reply) as listener:
        async with Fetcher(FetchLimits(allow_private=True)) as fetcher:
            fetched = await fetcher.fetch(f"http://127.0.0.1:{listener.port}/")
        assert fetched.body == b"hi"


async def test_the_refusal_names_the_setting() -> None:
    async with Fetcher(FetchLimits()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch("http://192.168.1.1/feed")
    assert str(caught.value) == (
        "192.168.1.1: 192.168.1.1 is not a public address"
        " (set fetch.allow_private_addresses = true to read sources inside your network)"
    )


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        async with Fetcher(FetchLimits()) as fetcher:
            with pytest.raises(FetchError):
                await fetcher.fetch("http://192.168.1.1/feed")
        assert proxy.connections == 0


class Flipping(Rebinding):
    """It gives a public address to whoever checks first, and the inside one to whoever dials."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        self._addresses = self._addresses[1:] or self._addresses
        return found[:1]


HOPS = [
    "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://localhost:{port}/", "//127.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://[::]:{port}/",
]  # fmt: skip


@pytest.mark.parametrize("target", HOPS)
async def test_no_redirect_in_any_spelling_leads_inside(
    monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    public = "127.0.0.2"  # plays the public host
    monkeypatch.setattr(guard, "is_allowed", lambda address: address == public)
    async with listening(reply=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {target.format(port=inside.port)}\r\n\r\n"
        async with listening(public, moved.encode()) as outside, Fetcher(FetchLimits()) as fetcher:
            with pytest.raises(FetchError):
                await fetcher.fetch(f"http://{public}:{outside.port}/")
        assert (inside.connections, inside.received) == (0, 0)


async def test_a_name_that_changes_between_check_and_dial_is_not_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public = "127.0.0.2"
    monkeypatch.setattr(guard, "is_allowed", lambda address: address == public)
    async with listening(reply=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as inside:
        resolver = Flipping(public, "127.0.0.1")
        async with Fetcher(FetchLimits(), resolver=resolver) as fetcher:
            for _ in range(3):  # nobody listens on the public one: then the name has changed
                with pytest.raises(FetchError):
                    await fetcher.fetch(f"http://innocent.example:{inside.port}/")
        assert (inside.connections, inside.received) == (0, 0)


@pytest.mark.parametrize("port", [25, 110, 143, 465, 587, 993, 995, 2525])
async def test_no_mail_server_is_spoken_to(port: int) -> None:
    async with Fetcher(FetchLimits(allow_private=True)) as fetcher:
        with pytest.raises(FetchError, match="another service"):
            await fetcher.fetch(f"http://127.0.0.1:{port}/")


def test_nothing_else_dials_what_others_name() -> None:
    """What is read from the web is read through the guard, whatever it is read for."""
    dialling = re.compile(
        r"ClientSession\(|TCPConnector\(|open_connection|urllib\.request|http\.client|import httpx"
    )
    bot = Path(guard.__file__).parents[1]
    found = {
        path.relative_to(bot).as_posix()
        for path in bot.rglob("*.py")
        if dialling.search(path.read_text("utf-8"))
    }
    # The others speak to Telegram, whose address the config names, and to the bot in the sandbox.
    assert found == {"sources/fetch.py", "telegram/request.py", "sandbox/webhook.py"}
