"""Serving the page on this machine until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from ..errors import ConfigError
from .places import Places
from .runs import Runs

PORT = 8050
HOST = "127.0.0.1"
_TRIED = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What to type into a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def served(
    places: Places, host: str = HOST, port: int = PORT
) -> Iterator[tuple[Address, Callable[[], None], Callable[[], None]]]:
    """Open the page; yield its address, what serves it until it is interrupted, and what stops that from another thread.

    Raises
    ------
    ConfigError
        When the port or the host cannot be used.
    """
    from werkzeug.serving import make_server

    from .app import application

    _check(host, port)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    runs = Runs()
    try:
        app = application(places, runs, () if is_loopback(host) else _names(host))
        server: Any = make_server(host, port, app.server, threaded=True)
        try:
            yield Address(host, int(server.port)), server.serve_forever, server.shutdown
        finally:
            server.server_close()
    finally:
        runs.close()


def _check(host: str, port: int) -> None:
    """Refuse a host that is not of this machine, or a port that is taken; tell the next one that is free."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise ConfigError(
            f"host = {host!r} is not known; allowed: 127.0.0.1, or an address of this machine (command line)"
        ) from None
    if _free(family, address):
        return
    for other in range(port + 1, min(port + _TRIED, 65_535) + 1):
        if _free(family, (address[0], other, *address[2:])):
            raise ConfigError(f"port {port} of {host} cannot be used, it may be taken; port={other} is free (command line)")
    raise ConfigError(f"no port from {port} to {port + _TRIED} of {host} can be used (command line)")


def _free(family: int, address: tuple[Any, ...]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def _names(host: str) -> tuple[str, ...]:
    """Return the names under which a page that others may reach is asked for."""
    name = socket.gethostname()
    found = {host, name, socket.getfqdn(name)}
    with contextlib.suppress(OSError):
        found |= {str(each[4][0]) for each in socket.getaddrinfo(name, None)}
    return tuple(sorted(found))
