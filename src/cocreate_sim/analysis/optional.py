"""Packages that only some statistics need: brought in when asked for, with a clear word when they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import CoCreateError


def needed(module: str, what: str) -> Any:
    """Return a module of an optional package, or say what needs it and how it is installed."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise CoCreateError(
            f"{what} needs {package}, which is not installed: pip install 'cocreate-sim[analysis]'"
        ) from None
