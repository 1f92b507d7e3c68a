"""Settings with a unit, a range, a source and, where nothing is known, a prior.

A setting is a dataclass field made by :func:`setting`. Its value in a config is a number, or a prior
(a mapping with ``kind``) that a study draws from. Everything a user can get wrong is refused here, by name.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ..errors import ConfigError, nearest, unknown

T = TypeVar("T")

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "beta": ("a", "b"),
    "gamma": ("shape", "scale"),
}


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed about a number before any data: a distribution with its parameters.

    ``kind`` is one of fixed(value), uniform(low, high), loguniform(low, high), normal(mean, sd),
    lognormal(median, sigma), beta(a, b), gamma(shape, scale).
    """

    kind: str
    parameters: tuple[float, ...]

    def quantile(self, u: float) -> float:
        """Return the value below which a share ``u`` of the prior lies (0 < u < 1)."""
        p = self.parameters
        if self.kind == "fixed":
            return p[0]
        if self.kind == "uniform":
            return p[0] + u * (p[1] - p[0])
        if self.kind == "loguniform":
            return math.exp(math.log(p[0]) + u * (math.log(p[1]) - math.log(p[0])))
        from scipy import special  # slow to import, and needed for these kinds only

        if self.kind == "normal":
            return float(p[0] + p[1] * special.ndtri(u))
        if self.kind == "lognormal":
            return float(p[0] * math.exp(p[1] * special.ndtri(u)))
        if self.kind == "beta":
            return float(special.betaincinv(p[0], p[1], u))
        return float(p[1] * special.gammaincinv(p[0], u))

    def as_mapping(self) -> dict[str, Any]:
        """Return the prior as it is written in a config."""
        return {"kind": self.kind, **dict(zip(_PARAMETERS[self.kind], self.parameters, strict=True))}

    def __str__(self) -> str:
        inside = ", ".join(f"{n}={v:g}" for n, v in self.as_mapping().items() if n != "kind")
        return f"{self.kind}({inside})"


def uniform(low: float, high: float) -> Prior:
    """Every value between ``low`` and ``high`` is equally likely.

    Parameters
    ----------
    low, high
        The two ends, in the unit of the setting.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("uniform", (low, high))


def loguniform(low: float, high: float) -> Prior:
    """Every order of magnitude between ``low`` and ``high`` is equally likely.

    Parameters
    ----------
    low, high
        The two ends, above zero, in the unit of the setting.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("loguniform", (low, high))


def normal(mean: float, sd: float) -> Prior:
    """A bell around ``mean`` with standard deviation ``sd``.

    Parameters
    ----------
    mean, sd
        In the unit of the setting.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("normal", (mean, sd))


def lognormal(median: float, sigma: float) -> Prior:
    """A bell on the logarithm: median, and standard deviation ``sigma`` of the natural logarithm.

    Parameters
    ----------
    median
        In the unit of the setting.
    sigma
        Without a unit.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("lognormal", (median, sigma))


def beta(a: float, b: float) -> Prior:
    """A share between 0 and 1 with mean a / (a + b).

    Parameters
    ----------
    a, b
        Above zero, without a unit.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("beta", (a, b))


def gamma(shape: float, scale: float = 1.0) -> Prior:
    """A positive number with mean shape x scale; normalised gammas make a Dirichlet.

    Parameters
    ----------
    shape
        Above zero, without a unit.
    scale
        Above zero, in the unit of the setting.

    Returns
    -------
    Prior
        What a study draws from; a config may name it by its kind.
    """
    return Prior("gamma", (shape, scale))


@dataclass(frozen=True, slots=True)
class Meta:
    """What a reader must know about a setting besides its value."""

    unit: str
    meaning: str
    low: float | None
    high: float | None
    source: str
    prior: Prior | None
    role: str


def setting(
    default: Any,
    *,
    unit: str,
    meaning: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
    prior: Prior | None = None,
    role: str = "uncertainty",
) -> Any:
    """Declare one setting of a settings dataclass.

    Parameters
    ----------
    default
        What holds when a config says nothing; its annotation is the type that is allowed.
    unit, meaning, source
        What a reader must know: in what it is counted, what it is, on what it rests ("no evidence" where on nothing).
    low, high
        The range, inclusive.
    prior
        What to draw from where the number is not known.
    role
        "uncertainty" (what the world may be) or "lever" (what a government can set).

    Returns
    -------
    Any
        A field of a dataclass.
    """
    meta = Meta(unit, meaning, low, high, source, prior, role)
    return field(default=default, metadata={"setting": meta})


def meta_of(cls: type, name: str) -> Meta:
    """Return unit, meaning, range, source and prior of one setting."""
    for f in dataclasses.fields(cls):
        if f.name == name:
            meta: Meta = f.metadata["setting"]
            return meta
    raise unknown(cls.__name__, name, [f.name for f in dataclasses.fields(cls)])


def parse_prior(value: Mapping[str, Any], address: str, where: str = "") -> Prior:
    """Read a prior from a mapping such as ``{kind: uniform, low: 0, high: 1}``."""
    place = f" ({where})" if where else ""
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in _PARAMETERS:
        raise ConfigError(
            f"{address}.kind = {kind!r} is not a kind of prior; allowed: {', '.join(_PARAMETERS)}"
            f"{nearest(str(kind), _PARAMETERS)}{place}"
        )
    names = _PARAMETERS[kind]
    for key in value:
        if key != "kind" and key not in names:
            raise unknown(address, key, names, where)
    missing = [n for n in names if n not in value]
    if missing:
        raise ConfigError(f"{address}: a {kind} prior needs {', '.join(missing)}{place}")
    numbers = tuple(_number(value[n], f"{address}.{n}", where) for n in names)
    if kind in ("uniform", "loguniform") and not numbers[0] < numbers[1]:
        raise ConfigError(f"{address}: low = {numbers[0]:g} must be below high = {numbers[1]:g}{place}")
    positive = {"loguniform": numbers[:1], "lognormal": numbers, "beta": numbers, "gamma": numbers, "normal": numbers[1:]}
    if any(v <= 0 for v in positive.get(kind, ())):
        raise ConfigError(f"{address}: the parameters of a {kind} prior must be positive{place}")
    return Prior(kind, numbers)


def _number(value: Any, address: str, where: str) -> float:
    place = f" ({where})" if where else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{address} = {value!r} is not a number{place}")
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    if not math.isfinite(number):
        raise ConfigError(f"{address} = {str(value)[:30]} is not finite{place}")
    return number


@cache
def types_of(cls: type) -> dict[str, Any]:
    """Return the types of the settings of a class by name, worked out once: evaluating them takes a millisecond."""
    return get_type_hints(cls)


def check_value(cls: type, name: str, value: Any, address: str, where: str = "") -> Any:
    """Return ``value`` as the type of the setting, or refuse it with its name, range and place."""
    meta = meta_of(cls, name)
    kind = types_of(cls)[name]
    place = f" ({where})" if where else ""
    if isinstance(kind, type) and issubclass(kind, Enum):
        allowed = [m.value for m in kind]
        if value not in allowed and not isinstance(value, kind):
            raise ConfigError(
                f"{address} = {value!r} is not allowed; one of: {', '.join(map(str, allowed))}"
                f"{nearest(str(value), map(str, allowed))}{place}"
            )
        return kind(value)
    if kind is bool:
        if not isinstance(value, bool):
            raise ConfigError(f"{address} = {value!r} must be true or false{place}")
        return value
    if kind in (str, str | None):
        if value is None and kind is not str:
            return None
        if not isinstance(value, str):
            raise ConfigError(f"{address} = {value!r} must be a text{place}")
        return value
    if get_origin(kind) is tuple:
        return _rows(get_args(kind)[0], value, address, where)
    if value is None and kind in (float | None, int | None):
        return None
    number = _number(value, address, where)
    if kind in (int, int | None):
        if number != int(number):
            raise ConfigError(f"{address} = {value!r} must be a whole number{place}")
        number = int(number)
    too_low = meta.low is not None and number < meta.low
    too_high = meta.high is not None and number > meta.high
    if too_low or too_high:
        low = "-inf" if meta.low is None else f"{meta.low:g}"
        high = "inf" if meta.high is None else f"{meta.high:g}"
        raise ConfigError(f"{address} = {value!r} is outside its range {low} to {high} {meta.unit}{place}")
    return number


def _rows(cls: type[T], value: Any, address: str, where: str) -> tuple[T, ...]:
    """Return a list of rows, each the settings of one thing."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        place = f" ({where})" if where else ""
        raise ConfigError(f"{address} = {value!r} must be a list of rows (name: value){place}")
    return tuple(row if isinstance(row, cls) else row_of(cls, row, f"{address}[{k}]", where) for k, row in enumerate(value))


def row_of(cls: type[T], value: Any, address: str, where: str = "") -> T:
    """Make one row of a list from plain values, or refuse it."""
    if not isinstance(value, Mapping):
        place = f" ({where})" if where else ""
        raise ConfigError(f"{address} = {value!r} must hold settings (name: value){place}")
    return build(cls, value, address, where)


def build(cls: type[T], values: Mapping[str, Any], address: str, where: str = "") -> T:
    """Make a settings object from plain values; unknown names, wrong types and ranges are refused."""
    names = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    for key in values:
        if key not in names:
            raise unknown(address, str(key), names, where)
    checked = {k: check_value(cls, k, v, f"{address}.{k}", where) for k, v in values.items()}
    return cls(**checked)
