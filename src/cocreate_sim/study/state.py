"""The state of a run as plain arrays and values, each under the path by which the model holds it.

A model is built anew from its settings and seed, and then takes the saved state over: settings, rules and code never come from
a file. What cannot be told in plain values (objects of somebody else's classes) cannot be saved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    """Keys of a dictionary, places of a list or names of attributes, by the path of either."""
    same: dict[str, str] = field(default_factory=dict)
    """Path of an array that is the very array of another path."""

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
    if isinstance(thing, np.ndarray):
        if thing.dtype.hasobject:
            raise CannotSave(f"{path} is an array of objects: the run cannot be saved on its way")
        if id(thing) in seen:
            state.same[path] = seen[id(thing)]
        else:
            seen[id(thing)] = path
            state.arrays[path] = thing
        return
    if isinstance(thing, Enum):
        state.values[path] = thing.name
        return
    if isinstance(thing, _PLAIN):
        state.values[path] = thing.item() if isinstance(thing, np.generic) else thing
        return
    if isinstance(thing, _REBUILT) or id(thing) in seen:
        return
    seen[id(thing)] = path
    if isinstance(thing, dict):
        if not all(isinstance(key, str | int) for key in thing):
            raise CannotSave(f"{path} has keys that are neither texts nor numbers: the run cannot be saved on its way")
        state.lengths[path] = list(thing)
    elif isinstance(thing, list):
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
    seen: dict[int, Any] = {}
    placed: dict[str, NDArray[Any]] = {}
    for name, root in _roots(model).items():
        _restore(root, name, state, seen, placed)
    model.steps = state.values["steps"]
    version, inner, gauss = json.loads(state.values["random"])
    model.random.setstate((version, tuple(inner), gauss))
    model.rng.bit_generator.state = json.loads(state.values["rng"])


def _restore(fresh: Any, path: str, state: State, seen: dict[int, Any], placed: dict[str, NDArray[Any]]) -> Any:
    """Return what stands under a path: the fresh thing where it could be changed in place, else another."""
    if path in state.same:
        return placed[state.same[path]]
    if path in state.arrays:
        placed[path] = _array(fresh, path, state.arrays[path])
        return placed[path]
    if path in state.values:
        value = state.values[path]
        if isinstance(fresh, Enum):
            return type(fresh)[value]
        return fresh if type(fresh) is type(value) and fresh == value else value
    if isinstance(fresh, _REBUILT) or id(fresh) in seen:
        return seen.get(id(fresh), fresh)
    if isinstance(fresh, (*_PLAIN, np.ndarray)):
        raise CannotSave(f"{path}: the saved state has a structure where the model has {fresh!r}")
    seen[id(fresh)] = fresh
    if isinstance(fresh, tuple):
        return _restored_tuple(fresh, path, state, seen, placed)
    if isinstance(fresh, dict | list):
        keys = state.lengths[path]
        known = dict(_parts(fresh))
        new = {key: _restore(known.get(key), f"{path}.{key}", state, seen, placed) for key in keys}
        if isinstance(fresh, dict):
            for key in [key for key in fresh if key not in new]:
                del fresh[key]
            fresh.update(new)
        else:
            fresh[:] = new.values()
        return fresh
    for name in state.lengths[path]:
        part = getattr(fresh, name, None)  # a mechanism may have made an attribute in its first week
        new_part = _restore(part, f"{path}.{name}", state, seen, placed)
        if new_part is not part:
            object.__setattr__(fresh, name, new_part)
    return fresh


def _restored_tuple(fresh: Any, path: str, state: State, seen: dict[int, Any], placed: dict[str, NDArray[Any]]) -> Any:
    parts = list(_parts(fresh))
    new = [_restore(part, f"{path}.{name}", state, seen, placed) for name, part in parts]
    if all(one is part for one, (_, part) in zip(new, parts, strict=True)):
        return fresh
    seen[id(fresh)] = type(fresh)(*new) if hasattr(fresh, "_fields") else tuple(new)
    return seen[id(fresh)]


def _array(fresh: Any, path: str, saved: NDArray[Any]) -> NDArray[Any]:
    """Fill an array in place where it fits; a table that has grown is replaced by one of the same kind."""
    if not isinstance(fresh, np.ndarray):
        return saved.copy()
    typed = saved.view(fresh.dtype) if saved.dtype != fresh.dtype and saved.dtype.itemsize == fresh.dtype.itemsize else saved
    if typed.dtype != fresh.dtype:
        raise CannotSave(f"{path}: the saved state has {saved.dtype}, the model {fresh.dtype}")
    if typed.shape == fresh.shape:
        fresh[...] = typed
        return fresh
    if fresh.base is not None and isinstance(fresh.base, np.ndarray) and type(fresh) is np.ndarray:
        raise CannotSave(f"{path} is a part of another array and has grown: the run cannot be gone on with")
    made = np.empty(typed.shape, fresh.dtype)
    made[...] = typed
    return made.view(type(fresh))
