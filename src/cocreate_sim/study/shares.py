"""Where the points of a design lie in what is uncertain: shares between 0 and 1, one row per point and one column per setting."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..config.settings import Design
from ..errors import ConfigError
from .design import MOST_ARMS

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
"""Shares of a prior that one-at-a-time and factorial designs use; those of a Morris design lie between LOW and HIGH."""
LEVELS = 4
"""Of a Morris design; each step moves one setting by two thirds of its range."""
_EDGE = 1e-12

Shares = NDArray[np.float64]


def shares_of(design: Design, axes: int, samples: int, seed: int) -> Shares:
    """Lay out the points of a design that samples.

    Raises
    ------
    ConfigError
        For a number of samples that the design cannot have, or more than 10,000 points.
    """
    from scipy.stats import qmc

    _check_size(design, axes, samples)
    if design is Design.LATIN_HYPERCUBE:
        return np.asarray(qmc.LatinHypercube(axes, rng=seed).random(samples))
    if design is Design.SOBOL:
        return _inside(qmc.Sobol(axes, rng=seed).random_base2(int(math.log2(samples))))
    if design is Design.SALTELLI:
        return _saltelli(_inside(qmc.Sobol(2 * axes, rng=seed).random_base2(int(math.log2(samples)))))
    if design is Design.MORRIS:
        return _morris(np.asarray(qmc.LatinHypercube(2 * axes, rng=seed).random(samples)))
    if design is Design.FACTORIAL:
        return np.array(list(product((LOW, HIGH), repeat=axes)))
    rows = [np.full(axes, MIDDLE)]
    for axis in range(axes):
        for share in (LOW, HIGH):
            row = np.full(axes, MIDDLE)
            row[axis] = share
            rows.append(row)
    return np.array(rows)


def _check_size(design: Design, axes: int, samples: int) -> None:
    if design is Design.FACTORIAL and 2**axes > MOST_ARMS:
        raise ConfigError(f"design=factorial of {axes} settings makes 2^{axes} points; at most {MOST_ARMS} are run")
    if design in (Design.SOBOL, Design.SALTELLI) and samples & (samples - 1):
        near = 2 ** round(math.log2(samples))
        raise ConfigError(
            f"samples = {samples} is not a power of two, as design={design.value} needs; nearest: {near} (command line)"
        )
    each = {Design.SALTELLI: axes + 2, Design.MORRIS: axes + 1}.get(design, 1)
    if each > 1 and samples * each > MOST_ARMS:
        most = MOST_ARMS // each
        most = 2 ** int(math.log2(max(most, 1))) if design is Design.SALTELLI else most
        raise ConfigError(
            f"samples = {samples}: design={design.value} of {axes} settings makes {samples} x {each} = {samples * each} points; "
            f"at most {MOST_ARMS} are run; most samples: {most} (command line)"
        )


def _inside(shares: Shares) -> Shares:
    return np.asarray(np.clip(shares, _EDGE, 1 - _EDGE))


def _saltelli(base: Shares) -> Shares:
    """Two samples A and B, and A with one setting after the other taken from B: for each base point A, A1, ..., AD, B.

    Source: Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output, Computer Physics Communications 181,
    259-270; the order is that of SALib.
    """
    count, axes = len(base), base.shape[1] // 2
    first, second = base[:, :axes], base[:, axes:]
    points = np.repeat(first[:, None, :], axes + 2, axis=1)
    for axis in range(axes):
        points[:, 1 + axis, axis] = second[:, axis]
    points[:, -1] = second
    return points.reshape(count * (axes + 2), axes)


def _morris(luck: Shares) -> Shares:
    """Trajectories: a point of the grid of levels, then one setting after the other, in any order, moved by half the levels.

    Source: Morris, M. D. (1991), Factorial sampling plans for preliminary computational experiments, Technometrics 33, 161-174.
    """
    count, axes = len(luck), luck.shape[1] // 2
    start = np.floor(LEVELS * luck[:, :axes])
    order = np.argsort(luck[:, axes:], axis=1, kind="stable")
    points = np.repeat(start[:, None, :], axes + 1, axis=1)
    half = LEVELS // 2
    for step in range(axes):
        axis, rows = order[:, step], np.arange(count)
        moved = start[rows, axis] + np.where(start[rows, axis] < half, half, -half)
        points[rows, step + 1 :, axis] = moved[:, None]
    return np.asarray(LOW + (HIGH - LOW) * points.reshape(count * (axes + 1), axes) / (LEVELS - 1))
