"""Errors a user can act on: what is wrong, where it stands, what is allowed, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CoCreateError(Exception):
    """Anything that cocreate-sim refuses or cannot go on with."""


class ConfigError(CoCreateError):
    """A setting, policy, world or experiment that cannot be used; raised before any work starts."""


class OutputError(CoCreateError):
    """A result folder that cannot be written to, or that already holds something else."""


class InvariantError(CoCreateError):
    """A run whose books do not balance; its results must not be used."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a hint such as ``; did you mean 'posts'?`` or an empty text when nothing is close."""
    close = get_close_matches(name, list(allowed), n=1, cutoff=0.55)
    return f"; did you mean {close[0]!r}?" if close else ""


def unknown(address: str, name: str, allowed: Iterable[str], where: str = "") -> ConfigError:
    """Build the error for a key that does not exist: its place, the allowed keys, the nearest one."""
    allowed = sorted(allowed)
    full = f"{address}.{name}" if address else name
    hint = nearest(name, allowed)
    place = f" ({where})" if where else ""
    return ConfigError(f"{full} is not known{hint}; allowed here: {', '.join(allowed)}{place}")
