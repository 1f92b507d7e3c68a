"""The state of a run as plain arrays and values, each under the path by which the model holds it.

A model is built anew from its settings and seed, and then takes the saved state over: settings, rules and code never come from
a file. What cannot be told in plain values (objects of somebody else's classes) cannot be saved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from enum import Enum
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CoCreateError
from ..model import CoCreateModel

_REBUILT = (type, FunctionType, BuiltinFunctionType, MethodType, MappingProxyType, CoCreateModel)
"""What a model gets from its settings and its code, whatever happened in the run."""
_PLAIN = (bool, int, float, str, type(None), np.generic)


class CannotSave(CoCreateError):
    """A run that holds something which is neither a number, a text, an array, nor a structure of these."""


@dataclass
class State:
    """Arrays and values by path, and how paths belong together."""

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, list[Any]] = field(default_factory=dict)
    """Keys of a dictionary, places of a list or tuple, or names of attributes, by the path of either."""
    same: dict[str, str] = field(default_factory=dict)
    """Path of an array or structure that is the very one of another path."""

    @property
    def nbytes(self) -> int:
        """Size of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def _roots(model: CoCreateModel) -> dict[str, Any]:
    return {"world": model.world, "record": model.record} | {m.name: m for m in model.mechanisms}


def _attributes(thing: Any) -> list[str]:
    """Names of an object's own attributes, in slots or not."""
    slots = [name for cls in type(thing).__mro__ for name in getattr(cls, "__slots__", ()) if hasattr(thing, name)]
    return [*slots, *getattr(thing, "__dict__", {})]


def _ours(thing: Any, path: str) -> bool:
    """Whether an object is one of the model's own structures; a mechanism from another package is one itself."""
    return type(thing).__module__.split(".")[0] == __package__.split(".")[0] or "." not in path


def state_of(model: CoCreateModel) -> State:
    """Return everything that a run has changed so far; arrays are not copied.

    Raises
    ------
    CannotSave
        When a mechanism holds something that cannot be told in plain values; it is named.
    """
    state = State()
    seen: dict[int, str] = {}
    for name, root in _roots(model).items():
        _collect(root, name, state, seen)
    state.values |= {"steps": int(model.steps), "random": json.dumps(model.random.getstate())}
    state.values["rng"] = json.dumps(model.rng.bit_generator.state, default=lambda a: a.tolist())
    return state


def _collect(thing: Any, path: str, state: State, seen: dict[int, str]) -> None:
    if id(thing) in seen:
        state.same[path] = seen[id(thing)]
        return
    if isinstance(thing, np.ndarray):
        if thing.dtype.hasobject:
            raise CannotSave(f"{path} is an array of objects: the run cannot be saved on its way")
        seen[id(thing)] = path
        state.arrays[path] = thing
        return
    if isinstance(thing, Enum):
        state.values[path] = thing.name
        return
    if isinstance(thing, _PLAIN):
        state.values[path] = thing.item() if isinstance(thing, np.generic) else thing
        return
    if isinstance(thing, _REBUILT):
        return
    seen[id(thing)] = path
    if isinstance(thing, dict):
        if not all(isinstance(key, str | int) for key in thing):
            raise CannotSave(f"{path} has keys that are neither texts nor numbers: the run cannot be saved on its way")
        state.lengths[path] = list(thing)
    elif isinstance(thing, list) or (isinstance(thing, tuple) and not hasattr(thing, "_fields")):
        state.lengths[path] = list(range(len(thing)))
    elif not isinstance(thing, tuple):
        if not _ours(thing, path):
            raise CannotSave(f"{path} is a {type(thing).__qualname__}: the run cannot be saved on its way")
        state.lengths[path] = _attributes(thing)
    for name, part in _parts(thing):
        _collect(part, f"{path}.{name}", state, seen)


def _parts(thing: Any) -> Iterator[tuple[Any, Any]]:
    """Names and values of what a structure holds."""
    if isinstance(thing, dict):
        yield from thing.items()
    elif isinstance(thing, tuple) and hasattr(thing, "_fields"):
        yield from zip(thing._fields, thing, strict=True)
    elif isinstance(thing, list | tuple):
        yield from enumerate(thing)
    else:
        yield from ((name, getattr(thing, name)) for name in _attributes(thing))


def take_over(model: CoCreateModel, state: State) -> None:
    """Put a freshly built model into a saved state.

    Arrays of the same size are filled where they are, so that everybody who holds them sees it; others are replaced.

    Raises
    ------
    CannotSave
        When the saved state does not fit the model.
    """
    taking = _TakingOver(state)
    for name, root in _roots(model).items():
        taking.restored(root, name)
    model.steps = state.values["steps"]
    version, inner, gauss = json.loads(state.values["random"])
    model.random.setstate((version, tuple(inner), gauss))
    model.rng.bit_generator.state = json.loads(state.values["rng"])


class _TakingOver:
    """A saved state on its way into a model.

    What was one thing under two paths when it was saved is one thing again; what was two, and is one in the fresh model, becomes
    two.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.placed: dict[str, Any] = {}
        """What stands under each path now."""
        self.used: dict[int, Any] = {}
        """Things of the fresh model that stand under some path already, by identity."""

    def restored(self, fresh: Any, path: str) -> Any:
        """Return what stands under a path: the fresh thing where it could be changed in place, else another."""
        state = self.state
        if path in state.same:
            self.placed[path] = self.placed[state.same[path]]
        elif path in state.arrays:
            self.placed[path] = self._array(fresh, path, state.arrays[path])
        elif path in state.values:
            value = state.values[path]
            if isinstance(fresh, Enum):
                return type(fresh)[value]
            return fresh if type(fresh) is type(value) and fresh == value else value
        elif isinstance(fresh, _REBUILT):
            return fresh
        elif isinstance(fresh, (*_PLAIN, np.ndarray)):
            raise CannotSave(f"{path}: the saved state has a structure where the model has {fresh!r}")
        elif isinstance(fresh, tuple):
            self.placed[path] = self._tuple(fresh, path)
        else:
            self.placed[path] = copy(fresh) if id(fresh) in self.used else fresh
            self.used[id(fresh)] = fresh
            self._fill(self.placed[path], path)
        return self.placed[path]

    def _tuple(self, fresh: Any, path: str) -> Any:
        """Restore a tuple; units that were redrawn may have more levels than the fresh model's, of the same make as its last."""
        names = list(fresh._fields) if hasattr(fresh, "_fields") else self.state.lengths[path]
        if len(names) > len(fresh) == 0:
            raise CannotSave(f"{path} is empty in the fresh model: the run cannot be gone on with")
        parts = [fresh[min(i, len(fresh) - 1)] for i in range(len(names))]
        new = [self.restored(part, f"{path}.{name}") for name, part in zip(names, parts, strict=True)]
        if len(new) == len(fresh) and all(one is part for one, part in zip(new, parts, strict=True)):
            return fresh
        return type(fresh)(*new) if hasattr(fresh, "_fields") else tuple(new)

    def _fill(self, thing: Any, path: str) -> None:
        """Restore what a dictionary, a list or an object holds, in place."""
        names = self.state.lengths[path]
        if isinstance(thing, dict | list):
            known = dict(_parts(thing))
            new = {name: self.restored(known.get(name), f"{path}.{name}") for name in names}
            thing.clear()
            thing.update(new) if isinstance(thing, dict) else thing.extend(new.values())
            return
        for name in names:
            part = getattr(thing, name, None)  # a mechanism may have made an attribute in its first week
            new_part = self.restored(part, f"{path}.{name}")
            if new_part is not part:
                object.__setattr__(thing, name, new_part)

    def _array(self, fresh: Any, path: str, saved: NDArray[Any]) -> NDArray[Any]:
        """Fill an array in place where it fits; a table that has grown is replaced by one of the same kind."""
        if not isinstance(fresh, np.ndarray):
            if saved.dtype.kind == "V":
                raise CannotSave(f"{path} is a table that the fresh model does not have: the run cannot be gone on with")
            return saved.copy()
        if saved.dtype.itemsize != fresh.dtype.itemsize:
            raise CannotSave(f"{path}: the saved state has {saved.dtype}, the model {fresh.dtype}")
        typed = saved.view(fresh.dtype)
        taken = id(fresh) in self.used
        self.used[id(fresh)] = fresh
        if typed.shape == fresh.shape and not taken:
            fresh[...] = typed
            return fresh
        if isinstance(fresh.base, np.ndarray) and type(fresh) is np.ndarray and not taken:
            raise CannotSave(f"{path} is a part of another array and has grown: the run cannot be gone on with")
        made = np.empty(typed.shape, fresh.dtype)
        made[...] = typed
        return made.view(type(fresh))
