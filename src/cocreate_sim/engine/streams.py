"""Random numbers that belong to a decision, not to a moment of the program.

Every draw is a pure function of (seed, decision, tick, identity): the counter-based generator Philox 4x32-10
(Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11) with the seed as its key. So the same
resident meets the same luck under every policy, and nothing depends on order, threads or processes.
"""

from __future__ import annotations

import math

import numpy as np

from .kernels import inlined, kernel

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_STEP = 2.0**-32
_STEP52 = 2.0**-52


@inlined
def philox(k0, k1, c0, c1, c2, c3):
    """Turn a 2-word key and a 4-word counter (32 bits each, as uint64) into four random 32-bit words."""
    for _ in range(10):
        p0 = _M0 * (c0 & _LOW)  # the mask changes nothing; it tells the compiler that one narrow multiplication does
        p1 = _M1 * (c2 & _LOW)
        c0 = (p1 >> _SHIFT) ^ c1 ^ k0
        c1 = p1 & _LOW
        c2 = (p0 >> _SHIFT) ^ c3 ^ k1
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inlined
def words(seed, decision, tick, a, b):
    """Four random words for one decision of one identity ``(a, b)`` at one tick (or k-th candidate)."""
    s = np.uint64(seed)
    return philox(
        s & _LOW, s >> _SHIFT, np.uint64(a) & _LOW, np.uint64(b) & _LOW, np.uint64(tick) & _LOW, np.uint64(decision) & _LOW,
    )  # fmt: skip


@inlined
def _single(word):
    """A number strictly between 0 and 1 from a word of 32 bits; signed, since few processors convert unsigned numbers at once."""
    return (float(np.int64(word)) + 0.5) * _STEP


@inlined
def _double(high, low):
    """A number strictly between 0 and 1 from the upper 26 bits of two words (with 53 bits, the largest would round to 1)."""
    return (float(np.int64(((high >> np.uint64(6)) << np.uint64(26)) + (low >> np.uint64(6)))) + 0.5) * _STEP52


@kernel
def uniform(seed, decision, tick, a, b):
    """One number in (0, 1), 52 bits: a function of the seed, the decision, the tick and the identity of whom it concerns.

    Parameters
    ----------
    seed
        Of the run: ``world.seed_word``.
    decision
        Number of the decision: see :func:`~cocreate_sim.world.decisions.of_extension`.
    tick
        Day or week, or the k-th candidate.
    a, b
        Identity: permanent ids, or an id and 0.

    Returns
    -------
    float
        The same for the same arguments, whatever else was drawn (Philox 4x32-10).
    """
    w = words(seed, decision, tick, a, b)
    return _double(w[0], w[1])


@kernel
def uniform2(seed, decision, tick, a, b):
    """Two independent numbers in (0, 1), 52 bits each."""
    w = words(seed, decision, tick, a, b)
    return _double(w[0], w[1]), _double(w[2], w[3])


@kernel
def uniform4(seed, decision, tick, a, b):
    """Four independent numbers in (0, 1), 32 bits each: enough to compare with a probability."""
    w = words(seed, decision, tick, a, b)
    return _single(w[0]), _single(w[1]), _single(w[2]), _single(w[3])


@kernel
def exponential(u):
    """An exponential variate with mean 1 from a uniform one."""
    return -math.log(u)


@kernel
def surely_longer(u, rate, time):
    """True when ``exponential(u) / rate`` is longer than ``time`` at a glance: -log(u) is at least 1 - u."""
    return 1.0 - u > rate * time * (1.0 + 1e-9)


@kernel
def normal(u):
    """A standard normal variate from a uniform one (Wichura 1988, algorithm AS 241, 16 digits)."""
    # fmt: off
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * (
            (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
              + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                  + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1.0)
        )
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        x = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
              + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                  + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0)
        )
    else:
        r -= 5.0
        x = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
              + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                  + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0)
        )
    # fmt: on
    return -x if q < 0.0 else x


@kernel
def logistic(x):
    """The share 1 / (1 + exp(-x)), without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@kernel
def fill2(seed, decision, tick, a, b, number, out):
    """Write ``uniform2`` of the first identities ``(a, b)`` into the columns of ``out``, shape (2, at least ``number``).

    A block of draws takes a third of the time that they take one by one: the processor does several at once.
    """
    for i in range(number):
        w = words(seed, decision, tick, a[i], b[i])
        out[0, i] = _double(w[0], w[1])
        out[1, i] = _double(w[2], w[3])


@kernel
def fill4(seed, decision, tick, ids, first, end, out):
    """Write ``uniform4`` of ``(ids[first:end], 0)`` into the columns of ``out``, shape (4, at least ``end - first``)."""
    for i in range(first, end):
        w = words(seed, decision, tick, ids[i], 0)
        out[0, i - first] = _single(w[0])
        out[1, i - first] = _single(w[1])
        out[2, i - first] = _single(w[2])
        out[3, i - first] = _single(w[3])


@kernel
def _fill(seed, decision, tick, ids, b, out):
    for i in range(ids.shape[0]):
        w = words(seed, decision, tick, ids[i], b)
        out[i] = _double(w[0], w[1])


@kernel
def _fill_normal(values):
    for i in range(values.shape[0]):
        values[i] = normal(values[i])


def uniforms(seed: int, decision: int, ids: np.ndarray, tick: int = 0, b: int = 0) -> np.ndarray:
    """One number in (0, 1) for each identity in ``ids``.

    Parameters
    ----------
    seed, decision, tick, b
        As in :func:`uniform`.
    ids
        Permanent ids, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), float64.
    """
    out = np.empty(len(ids), dtype=np.float64)
    _fill(np.uint64(seed), decision, tick, np.ascontiguousarray(ids, dtype=np.int64), b, out)
    return out


def normals(seed: int, decision: int, ids: np.ndarray, tick: int = 0, b: int = 0) -> np.ndarray:
    """One standard normal number for each identity in ``ids``: shape (len(ids),), float64."""
    out = uniforms(seed, decision, ids, tick, b)
    _fill_normal(out)
    return out
