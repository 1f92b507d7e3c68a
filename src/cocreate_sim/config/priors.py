"""Draws from priors: one number per setting and seed, the same under every policy."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Any

from ..engine.settings import Prior, meta_of, types_of
from ..errors import ConfigError
from ..world import decisions

_LEAST_MASS = 1e-6
_EDGE = 1e-12


def check_prior(cls: type, name: str, prior: Prior, address: str, where: str = "") -> None:
    """Refuse a prior that cannot be drawn from, or that lies outside the range of its setting."""
    place = f" ({where})" if where else ""
    if types_of(cls)[name] not in (int, float, float | None):
        raise ConfigError(f"{address} is not a number, so it cannot have a prior{place}")
    meta = meta_of(cls, name)
    low, high = shares_inside(prior, meta.low, meta.high)
    if high - low < _LEAST_MASS:
        bottom = "-inf" if meta.low is None else f"{meta.low:g}"
        top = "inf" if meta.high is None else f"{meta.high:g}"
        raise ConfigError(f"{address} = {prior} lies outside its range {bottom} to {top} {meta.unit}{place}")


@lru_cache(maxsize=10_000)
def shares_inside(prior: Prior, low: float | None, high: float | None) -> tuple[float, float]:
    """Return the shares of a prior below its setting's lowest and highest allowed values."""
    if prior.kind == "fixed":
        value = prior.parameters[0]
        inside = (low is None or value >= low) and (high is None or value <= high)
        return (0.0, 1.0) if inside else (0.0, 0.0)
    below = 0.0 if low is None else _share_below(prior, low)
    upto = 1.0 if high is None else _share_below(prior, high)
    return below, upto


def _share_below(prior: Prior, value: float) -> float:
    """Return the share of a prior below a value, from its quantiles alone (bisection)."""
    if prior.quantile(_EDGE) >= value:
        return 0.0
    if prior.quantile(1.0 - _EDGE) <= value:
        return 1.0
    low, high = _EDGE, 1.0 - _EDGE
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if prior.quantile(middle) < value else (low, middle)
    return 0.5 * (low + high)


def draw(cls: type, name: str, prior: Prior, address: str, seed: int) -> float | int:
    """Return the number of one setting under one seed: the prior, cut to the setting's range, at a keyed share.

    The share depends on the seed and on the address alone, so every policy and every other prior leave it as it is; only
    settings that are correlated have shares of their own (:func:`cocreate_sim.config.correlations.shares`).
    """
    return at(cls, name, prior, share_of(address, seed))


def share_of(address: str, seed: int) -> float:
    """Return the share of its prior at which a setting lies under one seed, by itself."""
    import numpy as np

    from ..engine.streams import uniforms

    digest = sha256(address.encode()).digest()
    identity = np.array([int.from_bytes(digest[:4], "little")], dtype=np.int64)
    return float(uniforms(seed, decisions.PRIOR, identity, b=int.from_bytes(digest[4:8], "little"))[0])


def at(cls: type, name: str, prior: Prior, share: float) -> float | int:
    """Return the value of a setting at a share (0 to 1) of its prior, cut to the setting's range."""
    meta = meta_of(cls, name)
    low, high = shares_inside(prior, meta.low, meta.high)
    value = prior.quantile(low + share * (high - low))
    if meta.low is not None:
        value = max(value, meta.low)
    if meta.high is not None:
        value = min(value, meta.high)
    return round(value) if types_of(cls)[name] is int else value


def settings_with_priors(mechanisms: Any) -> list[str]:
    """Return the addresses of all settings that have a prior of their own."""
    import dataclasses

    return [
        f"uncertainties.{name}.{f.name}"
        for name, mechanism in mechanisms.items()
        for f in dataclasses.fields(mechanism.Settings)
        if meta_of(mechanism.Settings, f.name).prior is not None
    ]
