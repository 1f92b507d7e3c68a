"""Agent-based simulation of grassroots governance: units, staff, participation, and how sure one may be.

>>> from cocreate_sim import CoCreateModel, load
>>> result = CoCreateModel(load("world=tiny", "run.weeks=4", "run.burn_in_weeks=1")).run()
>>> round(result.realised["households"])
48
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["CoCreateModel", "__version__", "compare", "load"]

if TYPE_CHECKING:
    from .config import load
    from .model import CoCreateModel
    from .study.compare import compare

_PLACES = {"CoCreateModel": "model", "load": "config", "compare": "study.compare"}


def __getattr__(name: str) -> Any:
    """Load the public names when they are first used: importing the package alone costs nothing."""
    from importlib import import_module

    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_PLACES[name]}", __name__), name)
