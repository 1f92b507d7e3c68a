"""Correlated priors: settings that are believed to move together are drawn together (a Gaussian copula).

Each setting keeps its own prior. What is stated is Spearman's rank correlation of two settings, which no change of scale moves;
the normal scores behind them are correlated by 2 sin(pi rho / 6) (Pearson 1907), and pairs that are not named by 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, nearest, unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CORRELATIONS = "correlations"
"""Key of ``uncertainties`` under which they stand."""
SHORT = "uncertainties."
"""What addresses in correlations leave out."""
KEYS = ("between", "rank_correlation")
EXAMPLE = "{between: [casework.rho_40, turnover.leave_posts], rank_correlation: 0.5}"
MOST = 500
_ADDRESS = ("uncertainties", CORRELATIONS)
_EDGE = 1e-12

Place = Callable[[tuple[str, ...]], str]
Matrix = list[list[float]]


def check(values: Any, uncertainties: Mapping[str, Mapping[str, Any]], place: Place) -> list[dict[str, Any]]:
    """Check a list of correlations and return it complete; nothing counts as an empty one.

    Parameters
    ----------
    values
        The list as it stands in YAML or on the command line.
    uncertainties
        The checked settings of every mechanism: values and priors.
    place
        Where a value stands.

    Raises
    ------
    ConfigError
        For an unknown address, a setting without a prior, a correlation that is not between -1 and 1, a pair that is named
        twice, or correlations that cannot all hold.
    """
    if values is None:
        return []
    if not isinstance(values, list) or len(values) > MOST:
        raise ConfigError(
            f"{'.'.join(_ADDRESS)} = {str(values)[:80]} must be a list of at most {MOST} entries such as {EXAMPLE}"
            f"{_brackets(place(_ADDRESS))}"
        )
    found: list[dict[str, Any]] = []
    pairs: dict[frozenset[str], str] = {}
    for k, value in enumerate(values):
        here, where = f"{'.'.join(_ADDRESS)}[{k}]", place((*_ADDRESS, str(k))) or place(_ADDRESS)
        entry = _entry(value, here, uncertainties, where)
        pair, named = frozenset(entry["between"]), f"{here}{_brackets(where)}"
        if pair in pairs:
            raise ConfigError(f"{pairs[pair]} and {named} both correlate {' and '.join(entry['between'])}; allowed: once")
        pairs[pair] = named
        found.append(entry)
    _refuse_impossible(found, list(pairs.values()), uncertainties)
    return found


def _entry(value: Any, here: str, uncertainties: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Any]:
    place = _brackets(where)
    if not isinstance(value, Mapping):
        raise ConfigError(f"{here} = {value!r} must hold {' and '.join(KEYS)}, such as {EXAMPLE}{place}")
    for key in value:
        if key not in KEYS:
            raise unknown(here, str(key), KEYS, where)
    between, rank = value.get("between"), value.get("rank_correlation")
    if not isinstance(between, list) or len(between) != 2 or not all(isinstance(a, str) for a in between):
        raise ConfigError(f"{here}.between = {between!r} must name two settings, such as {EXAMPLE}{place}")
    for address in between:
        _refuse_address(address, here, uncertainties, where)
    one, other = between
    if one == other:
        raise ConfigError(f"{here}.between names {one} twice; allowed: two settings{place}")
    if isinstance(rank, bool) or not isinstance(rank, int | float) or not -1 < rank < 1:
        raise ConfigError(f"{here}.rank_correlation = {rank!r} of {one} and {other} must be a number between -1 and 1{place}")
    return {"between": [one, other], "rank_correlation": float(rank)}


def _refuse_address(address: str, here: str, uncertainties: Mapping[str, Mapping[str, Any]], where: str) -> None:
    """Refuse a setting that does not exist, or that has no prior to be correlated."""
    mechanism, _, name = address.partition(".")
    settings = uncertainties.get(mechanism, {})
    if name not in settings:
        known = [f"{m}.{k}" for m, values in uncertainties.items() for k in values]
        raise ConfigError(
            f"{here}.between: {address!r} is not a setting{nearest(address, known)}; allowed: MECHANISM.SETTING, without "
            f"'{SHORT}'{_brackets(where)}"
        )
    if not isinstance(settings[name], Mapping):
        raise ConfigError(
            f"{here}.between: {address} is fixed at {settings[name]}; only priors can be correlated: give it one "
            f"(uncertainties=priors, or {{kind: uniform, low: 0, high: 1}}), or leave the correlation out{_brackets(where)}"
        )


def _refuse_impossible(entries: list[dict[str, Any]], named: list[str], uncertainties: Mapping[str, Any]) -> None:
    """Refuse correlations that no draw can have, with the places of all that belong together."""
    for group in _groups(entries):
        ours = [k for k, entry in enumerate(entries) if entry["between"][0] in group]
        names = _ordered(group, uncertainties)
        if root(matrix(names, [entries[k] for k in ours])) is None:
            raise ConfigError(
                f"{' and '.join(named[k] for k in ours)} cannot hold together: the correlations of {', '.join(names)} are not a "
                "positive definite matrix; allowed: weaker ones, or one for each pair that is not named (it counts as 0)"
            )


def _groups(entries: Sequence[Mapping[str, Any]]) -> list[set[str]]:
    """Return the settings that hang together, directly or through others."""
    groups: list[set[str]] = []
    for entry in entries:
        joined = set(entry["between"])
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _ordered(names: set[str], uncertainties: Mapping[str, Any]) -> list[str]:
    """Return addresses in the order of the settings, however the correlations are written."""
    return [a for m, values in uncertainties.items() if isinstance(values, Mapping) for k in values if (a := f"{m}.{k}") in names]


def matrix(names: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> Matrix:
    """Return the correlations of the normal scores of some settings, in their order."""
    found = [[float(i == j) for j in range(len(names))] for i in range(len(names))]
    for entry in entries:
        i, j = (names.index(address) for address in entry["between"])
        found[i][j] = found[j][i] = 2 * math.sin(math.pi * entry["rank_correlation"] / 6)
    return found


def root(correlations: Matrix) -> Matrix | None:
    """Return the lower Cholesky factor, or None when the matrix is not positive definite.

    Written out, since a library's last digit may depend on the processor, and every digit of a draw counts.
    """
    factor: Matrix = [[0.0] * len(correlations) for _ in correlations]
    for i, row in enumerate(correlations):
        for j in range(i + 1):
            rest = row[j] - math.fsum(factor[i][k] * factor[j][k] for k in range(j))
            if i == j and rest < _EDGE:
                return None
            factor[i][j] = math.sqrt(rest) if i == j else rest / factor[j][j]
    return factor


def shares(entries: Sequence[Mapping[str, Any]], uncertainties: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return at which share of its prior each correlated setting lies under one seed, by its full address.

    The first of them, in the order of the settings, lies where it would lie by itself; the others follow it.
    """
    names = _ordered({a for entry in entries for a in entry["between"]}, uncertainties)
    factor = root(matrix(names, entries))
    if not names or factor is None:
        return {}
    from scipy.special import ndtr, ndtri

    from .priors import share_of

    own = [share_of(f"{SHORT}{name}", seed) for name in names]
    scores = [float(ndtri(share)) for share in own]
    found = {}
    for i, name in enumerate(names):
        score = math.fsum(factor[i][j] * scores[j] for j in range(i + 1))
        alone = not any(factor[i][:i])
        found[f"{SHORT}{name}"] = own[i] if alone else min(max(float(ndtr(score)), _EDGE), 1 - _EDGE)
    return found


def rearranged(points: NDArray[np.float64], names: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """Let the columns of a sample move together as correlations ask (Iman and Conover 1982).

    Every column keeps its values, so that a sample that fills each prior evenly still does; correlated columns have them in
    another order.
    """
    if not entries:
        return points
    import numpy as np
    from scipy.special import ndtri

    found, factor = points.copy(), root(matrix(names, entries))
    if factor is None:
        return points
    scores = ndtri(np.clip(points, _EDGE, 1 - _EDGE))
    for i, row in enumerate(factor):
        if any(row[:i]):
            score = sum((row[j] * scores[:, j] for j in range(i + 1)), np.zeros(len(points)))
            found[np.argsort(score, kind="stable"), i] = np.sort(points[:, i])
    return found


def _brackets(where: str) -> str:
    return f" ({where})" if where else ""
