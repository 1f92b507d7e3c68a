"""What a study says of itself: what was asked, what it was run with, and how far it came."""

from __future__ import annotations

import copy
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .. import __version__
from ..analysis.parts import SCHEMA
from ..errors import OutputError
from .design import Arm
from .keys import DETERMINING, code_hash, settings_hash

PACKAGES = ("numpy", "scipy", "numba", "mesa", "pandas", "pyarrow", "hydra-core", "matplotlib")
"""Packages whose version can change a result or a table."""


def describe(
    arms: Sequence[Arm], configs: Sequence[Mapping[str, Any]], seeds: Sequence[int], about: Mapping[str, Any], processes: int
) -> dict[str, Any]:
    """Return the manifest of a study that is about to start.

    Parameters
    ----------
    arms, configs
        The arms and the resolved config of each.
    seeds
        The seed of each replicate, the same in every arm.
    about
        What the caller knows: ``command``, ``question``, ``headline`` (outcomes), ``pair_by``.
    processes
        How many runs go on at the same time.
    """
    base = configs[0]
    return {
        "schema": SCHEMA,
        "command": "",
        "question": "",
        "headline": [],
        "pair_by": [],
        "kind": "compare",
        **about,
        "version": __version__,
        "code": code_hash(),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "machine": platform.machine(),
        "packages": _versions() | _offering(base.get("extensions") or ()),
        "processes": processes,
        "started": now(),
        "ended": None,
        "status": "running",
        "runs": {"asked": len(arms) * len(seeds), "ok": 0, "failed": 0},
        "base_seed": seeds[0],
        "replicates": len(seeds),
        "seeds": list(seeds),
        "reference": arms[0].reference or arms[0].name,
        "arms": [_arm(arm, base, config) for arm, config in zip(arms, configs, strict=True)],
        "outcomes": _outcomes(base.get("extensions") or ()),
        "config": dict(base),
    }


def asking_for(replicates: int, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes in the manifest of a study that asks for more replicates of every arm."""
    return {
        "replicates": replicates,
        "seeds": [int(manifest["base_seed"]) + r for r in range(replicates)],
        "runs": {**manifest["runs"], "asked": len(manifest["arms"]) * replicates},
        "status": "interrupted",
    }


def now() -> str:
    """Return the time, to the second, in universal time."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _arm(arm: Arm, base: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    first = _flat({key: base.get(key) for key in DETERMINING})
    own = _flat({key: config.get(key) for key in DETERMINING})
    return {
        "name": arm.name,
        "label": arm.label,
        "reference": arm.reference or arm.name,
        "factors": dict(arm.factors),
        "overrides": list(arm.overrides),
        "settings": settings_hash(config),
        "differs": {address: own.get(address) for address in [*own, *first] if own.get(address) != first.get(address)},
        **({"shares": dict(arm.shares)} if arm.shares else {}),
    }


def configs_of(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the config of every arm from the manifest alone: files of settings may have changed since.

    Raises
    ------
    OutputError
        When the manifest does not give what it was made from.
    """
    configs = []
    for arm in manifest["arms"]:
        config = copy.deepcopy(dict(manifest["config"]))
        for address, value in arm["differs"].items():
            _put(config, address.split("."), value)
        if settings_hash(config) != arm["settings"]:
            raise OutputError(f"manifest.json: the settings of arm {arm['name']} are not those that it was begun with")
        configs.append(config)
    return configs


def _put(config: dict[str, Any], parts: Sequence[str], value: Any) -> None:
    """Give a value to an address; nothing takes the setting away, as in an arm whose prior another arm has not."""
    for part in parts[:-1]:
        config = config.setdefault(part, {})
    if value is None and isinstance(config.get(parts[-1], []), list):
        config.pop(parts[-1], None)
        return
    config[parts[-1]] = value


def _flat(values: Mapping[str, Any], address: str = "") -> dict[str, Any]:
    """Return every setting by its full address; a prior counts as one value."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        full = f"{address}.{key}" if address else str(key)
        if isinstance(value, Mapping) and "kind" not in value:
            found |= _flat(value, full)
        else:
            found[full] = value
    return found


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _offering(extensions: Sequence[str]) -> dict[str, str]:
    """Return the packages that offer the extensions, with their versions."""
    from ..extensions import installed

    offered = installed() if extensions else {}
    return {point.dist.name: point.dist.version for name in extensions if (point := offered[name]).dist}


def _outcomes(extensions: Sequence[str]) -> list[dict[str, Any]]:
    from ..extensions import outcomes  # the catalogue belongs to the model, which is slow to import

    return [
        {
            "name": o.name,
            "label": o.label,
            "unit": o.unit,
            "meaning": o.meaning,
            "family": o.family,
            "weekly": o.weekly,
            "better": o.better,
        }
        for o in outcomes(extensions).values()
    ]
