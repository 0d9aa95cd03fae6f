"""What must not be dialled: addresses that are not on the public internet, and odd ports.

The check sits in the factory that makes the socket for each connection attempt, after all names
are resolved: literals in any spelling, redirects, and a name that resolves differently the second
time all end there. Nothing is sent before it.
"""

from __future__ import annotations

import errno
import re
import socket
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohappyeyeballs import AddrInfoType

SETTING = "fetch.allow_private_addresses"

# https://www.iana.org/assignments/iana-ipv4-special-registry, spelt out because the standard
# library's is_global changed between Python releases; the last is a cloud's own inside address.
_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
)
# Global unicast; nothing else of IPv6 is on the public internet.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "3fff::/20")  # 2001::/23 has Teredo and ORCHID
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)

# An address that leaves nothing to interpret: no user, no sign that is written in two ways.
_PLAIN = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::([0-9]{1,5}))?(?:/[\w.~!$&'()*+,;=:@-]*)*(?:\?[\w.~!$&'()*+,;=:@/?-]*)?",
    re.ASCII,
)
# Ports of other services, as browsers refuse them (https://fetch.spec.whatwg.org/#port-blocking):
# a request to one of them can be read as mail, printing, chat or file commands.
_CLOSED_PORTS = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95}
    | {101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179}
    | {389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601}
    | {636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 2525, 3659, 4045, 4190, 5060, 5061, 6000}
    | {6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211}
)
_PORTS = 1 << 16


class ForbiddenAddress(OSError):
    """The address must not be dialled. An OSError, because it surfaces where a dial fails."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EACCES, message)
        self.message = message


def is_allowed(address: str) -> bool:
    """Whether an IP address, as the resolver gives it, is on the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_open_v4(parsed)
    return _is_open_v6(parsed)


def check_url(url: str) -> bool:
    """Refuses an address that must not be asked whatever it resolves to.

    Answers whether it has one spelling only, which can be sent as it stands.

    Raises:
        ForbiddenAddress: another scheme than http(s), a user name in the address, an odd port.
    """
    # As almost all are: a twentieth of the time.
    if (plain := _PLAIN.fullmatch(url)) and int(plain[1] or 0) < _PORTS:
        _check_port(int(plain[1] or 80))
        return "/." not in url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddress(f"this is not a web address: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ForbiddenAddress("only http:// and https:// addresses can be read")
    if "@" in parts.netloc:
        raise ForbiddenAddress("an address with a user name or password in it is not asked")
    if port is not None:
        _check_port(port)
    return False


def socket_factory(*, allow_private: bool) -> Callable[[AddrInfoType], socket.socket]:
    """The maker of sockets for ``aiohttp.TCPConnector``, which sees every dial.

    It raises :class:`ForbiddenAddress` for an odd port, and for an address that is not global
    unless ``allow_private``.
    """

    def make(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        _check_port(port)
        if not allow_private and not (_has_no_zone(address) and is_allowed(host)):
            raise ForbiddenAddress(
                f"{host} is not a public address (set {SETTING} = true to read sources"
                " inside your network)"
            )
        return socket.socket(family, kind, protocol)

    return make


def _check_port(port: int) -> None:
    if port in _CLOSED_PORTS:
        raise ForbiddenAddress(f"port {port} belongs to another service than the web")


def _has_no_zone(address: tuple[object, ...]) -> bool:
    """An IPv6 zone (``fe80::1%eth0``) only ever names something near."""
    scope = address[3] if len(address) > 3 else 0  # noqa: PLR2004 (host, port, flow, scope)
    return not scope and "%" not in str(address[0])


def _is_open_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _CLOSED_V4)


def _is_open_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if (embedded := _embedded_v4(address)) is not None:
        return _is_open_v4(embedded)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def _embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets for this one end up at, where a translator sits between."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP and address in _OPEN_V6
    if isatap or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
