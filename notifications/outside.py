"""Calling programs outside the house: over https, to public addresses only, and never further than they were named.

The address is looked at when the connection is made, not before: a name that leads inside by then is refused. Hosts
of the setting BOT_HOSTS_INSIDE may be inside, also without https. Redirects are not followed, proxies not asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from notifications.sending import NotTaken

SECONDS = 10.0
MOST_READ = 64 * 1024
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; ``retry_after`` as it wrote it, empty where it did not."""

    status: int
    body: bytes
    retry_after: str = ""


def check_address(address: str) -> SplitResult:
    """The parts of an address that may be called; raises NotTaken with what is wrong with it ("scheme", "address")."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotTaken("address") from None
    host = parts.hostname or ""
    if not host or parts.username is not None or any(each.isspace() or ord(each) < 32 for each in address):
        raise NotTaken("address")
    allowed = {"https", "http"} if is_inside(host, port or PORTS.get(parts.scheme, 0)) else {"https"}
    if parts.scheme not in allowed:
        raise NotTaken("scheme")
    return parts


def check_outside(address: str) -> SplitResult:
    """Like check_address, and refuses what is plainly inside without a look-up ("inside")."""
    parts = check_address(address)
    host = parts.hostname or ""
    if is_inside(host, parts.port or PORTS[parts.scheme]):
        return parts
    try:
        public = is_public(host)
    except ValueError:  # a name; where it leads is looked at when it is called
        public = "." in host.strip(".") and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))
    if not public:
        raise NotTaken("inside")
    return parts


def is_inside(host: str, port: int) -> bool:
    """Whether the installation says that this host is one of its own."""
    inside: frozenset[str] = settings.BOT_HOSTS_INSIDE
    return host.lower() in inside or f"{host.lower()}:{port}" in inside


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send one request and read the answer, all within ten seconds; raises NotTaken. Never inside a transaction."""
    parts = check_address(address)
    connection = _connection(parts)
    ending = threading.Timer(SECONDS, lambda: _cut(connection))
    ending.daemon = True
    ending.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_READ), response.getheader("Retry-After", ""))
    except ssl.SSLCertVerificationError:
        raise NotTaken("certificate") from None
    except socket.gaierror:
        raise NotTaken("unknown-host") from None
    except (OSError, http.client.HTTPException, ValueError):  # refused, broken off, too slow, or no HTTP
        raise NotTaken("no-answer") from None
    finally:
        ending.cancel()
        connection.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the whole world's; the inner one counts where it carries another."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname
    assert host
    port = parts.port or PORTS[parts.scheme]
    if parts.scheme == "http":
        return _Plain(host, port, timeout=SECONDS)
    return _Secure(host, port, timeout=SECONDS, context=ssl.create_default_context())


def _socket(host: str, port: int) -> socket.socket:
    """A connection to the first address of the host that answers; none at all if one of them is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not is_inside(host, port) and not all(is_public(str(entry[4][0])) for entry in found):
        raise NotTaken("inside")
    error: OSError = OSError("no address")
    for family, kind, protocol, _name, place in found:
        made = socket.socket(family, kind, protocol)
        made.settimeout(SECONDS)
        try:
            made.connect(place)
        except OSError as failed:
            made.close()
            error = failed
        else:
            return made
    raise error


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = _socket(self.host, self.port)


class _Secure(http.client.HTTPSConnection):
    def connect(self) -> None:
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(_socket(self.host, self.port), server_hostname=self.host)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a conversation that takes too long, whatever it waits for."""
    made: socket.socket | None = getattr(connection, "sock", None)
    if made is None:
        return
    with suppress(OSError):  # it has just ended by itself
        made.shutdown(socket.SHUT_RDWR)
