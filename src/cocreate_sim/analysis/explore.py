"""Under which conditions something happens: boxes (PRIM) and a tree (CART) over the settings of worlds that were run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ConfigError, OutputError, nearest
from . import prim
from .ensemble import ensemble, settings_of
from .languages import current, say, translated
from .load import ArmInfo, Study
from .words import figures, outcome_words, uncertain_words

FEWEST = 20
"""Fewer cases, or fewer worlds that are none, teach nothing."""
_ASKED = re.compile(r"\s*([a-z0-9_]+)\s*(<=|>=|<|>)\s*([-+0-9.eE]+)\s*")
EXAMPLE = "participation_week<0, with an arm and a reference: worlds in which the arm has less than the reference"


@dataclass(frozen=True)
class Explored:
    """What was asked, and the conditions that were found."""

    question: str
    settings: pd.DataFrame
    cases: NDArray[np.bool_]
    boxes: list[prim.Box]
    steps: list[prim.Box]
    """All steps of the first box: the trade-off of coverage and density."""
    leaves: pd.DataFrame
    """Leaves of the tree: the conditions, worlds, share that are cases."""
    accuracy: float
    """Balanced accuracy of the tree on worlds that it has not seen (five-fold; 0.5 is guessing)."""


def explore(study: Study, asked: str, arm: str = "", reference: str = "", boxes: int = 3) -> Explored:
    """Find the settings under which something holds.

    Parameters
    ----------
    asked
        ``OUTCOME<NUMBER`` and the like. With a reference, of the difference between arm and reference in the same world.
    arm, reference
        Names of arms; without an arm, the only one. In a sweep of sampled points, names of policies (or of the values of another
        factor that is not a number).
    boxes
        At most so many boxes.

    Raises
    ------
    ConfigError
        For an outcome or an arm that does not exist.
    OutputError
        When worlds do not differ in recorded settings, or cases are too few or too many to learn from.
    """
    outcome, sign, limit = _read(asked, study)
    what = outcome_words(outcome)
    if study.manifest.get("kind") == "sweep" and settings_of(study).empty:
        values, settings = _of_points(study, outcome, arm, reference)
        names = [translated(name.replace("_", " ")) for name in (arm, reference) if name]
    else:
        one, base = _arm(study, arm), _arm(study, reference) if reference else None
        values, settings = _values(study, outcome, one, base)
        names = [translated(each.label) for each in (one, base) if each]
    what = say("{outcome} of {arm}", outcome=what, arm=names[0]) if names else what
    what += say(" less that of {arm}", arm=names[1]) if len(names) > 1 else ""
    cases = _compare(values, sign, limit)
    question = f"{what} {sign} {limit:g}"
    if min(cases.sum(), (~cases).sum()) < FEWEST:
        raise OutputError(
            f"{study.folder}: {question} holds in {int(cases.sum())} of {len(cases)} worlds; at least {FEWEST} worlds in which "
            f"it holds, and {FEWEST} in which it does not, are needed (the values run from {figures(float(values.min()))} to "
            f"{figures(float(values.max()))})"
        )
    leaves, accuracy = _tree(settings, cases)
    return Explored(question, settings, cases, prim.boxes(settings, cases, boxes), prim.peeled(settings, cases), leaves, accuracy)


def named(setting: str) -> str:
    """Name a setting: in English by its whole address, in Chinese by what it means."""
    return setting if current() == "en" else uncertain_words(setting)


def _read(asked: str, study: Study) -> tuple[str, str, float]:
    match = _ASKED.fullmatch(asked)
    try:
        limit = float(match[3]) if match else np.nan
    except ValueError:
        limit = np.nan
    if match is None or not np.isfinite(limit):
        raise ConfigError(f"{asked!r} is not OUTCOME<NUMBER or OUTCOME>NUMBER; example: {EXAMPLE}")
    known = [name for name in study.outcomes if name in study.runs.columns]
    if match[1] not in known:
        raise ConfigError(
            f"{match[1]!r} is not an outcome of {study.folder}{nearest(match[1], known)}; "
            "`cocreate describe outcomes` lists all"
        )
    return match[1], match[2], limit


def _arm(study: Study, name: str) -> ArmInfo:
    names = [arm.name for arm in study.arms]
    if not name and len(names) == 1:
        return study.arms[0]
    if name not in names:
        said = f"{name!r} is not an arm" if name else "say which arm is meant (--arm)"
        raise ConfigError(f"{said}{nearest(name, names)}; arms of {study.folder}: {', '.join(names[:30])}")
    return study.arm(name)


def _values(study: Study, outcome: str, one: ArmInfo, base: ArmInfo | None) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Return the outcome, or its difference, and the settings of each world."""
    seen = ensemble(study, [one] if base is None else [one, base])
    table = seen.table(outcome)
    settings = settings_of(study)
    if table is None or settings.empty:
        raise OutputError(
            f"{study.folder}: {outcome} was not measured in every world" if table is None else
            f"{study.folder}: its worlds have no recorded settings; run it with worlds=FILE (from `cocreate calibrate`)"
        )  # fmt: skip
    values = table[one.name] - (table[base.name] if base else 0.0)
    return values.to_numpy(dtype=np.float64), settings.iloc[seen.worlds].reset_index(drop=True)


def _of_points(study: Study, outcome: str, arm: str, reference: str) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Take each sample of a sweep as a world, and its numeric factors as the settings; points with other words are other arms."""
    table = pd.DataFrame([point.factors for point in study.arms])
    numbers = table.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    if numbers.empty:
        raise OutputError(f"{study.folder}: its points differ in no number: there is nothing to explore")
    words = table.drop(columns=table.select_dtypes("number").columns).astype(str)
    words = words.loc[:, words.nunique() > 1].agg(" ".join, axis=1) if len(words.columns) else pd.Series("", index=table.index)
    names = list(words.unique())
    if not arm and len(names) > 1:
        raise ConfigError(
            f"the points of {study.folder} differ in more than numbers, and each sample would count {len(names)} times; "
            f"say which are meant: --arm NAME, and --reference NAME for a difference; names: {', '.join(names[:30])}"
        )
    for name in (arm, reference):
        if name and name not in names:
            raise ConfigError(f"{name!r} is not among the points{nearest(name, names)}: {', '.join(names[:30])} ({study.folder})")
    means = pd.Series([float(study.values(point.name, outcome).mean()) for point in study.arms])
    found = numbers.assign(value=means)[words == (arm or names[0])]
    if reference:
        both = found.merge(numbers.assign(base=means)[words == reference], on=list(numbers.columns))
        found = both.assign(value=both["value"] - both["base"])
    found = found[np.isfinite(found["value"])].reset_index(drop=True)
    return found["value"].to_numpy(dtype=np.float64), found[list(numbers.columns)]


def _compare(values: NDArray[np.float64], sign: str, limit: float) -> NDArray[np.bool_]:
    compare: Mapping[str, Any] = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
    return np.asarray(compare[sign](values, limit), dtype=np.bool_)


def _tree(settings: pd.DataFrame, cases: NDArray[np.bool_]) -> tuple[pd.DataFrame, float]:
    """Grow a small tree, and return its leaves in words and how well it does on worlds that it has not seen."""
    from .emulator import needs_scikit_learn

    try:
        from sklearn.model_selection import StratifiedKFold, cross_val_score
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise needs_scikit_learn() from None
    tree = DecisionTreeClassifier(
        max_depth=3, min_samples_leaf=max(5, round(0.05 * len(cases))), class_weight="balanced", random_state=0
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    x = settings.to_numpy(dtype=np.float64)
    accuracy = float(cross_val_score(tree, x, cases, cv=folds, scoring="balanced_accuracy").mean())
    tree.fit(x, cases)
    return _leaves(tree.tree_, list(settings.columns), tree.apply(x), cases), accuracy


def _leaves(tree: Any, names: list[str], leaf: NDArray[np.int64], cases: NDArray[np.bool_]) -> pd.DataFrame:
    rows = []

    def walk(node: int, said: list[str]) -> None:
        if tree.children_left[node] < 0:
            inside = leaf == node
            rows.append({
                "conditions": say(" and |conditions").join(said) or say("always"),
                "worlds": int(inside.sum()), "cases": int(cases[inside].sum()),
                "density": float(cases[inside].mean()), "coverage": float(cases[inside].sum() / cases.sum()),
            })  # fmt: skip
            return
        name, at = named(names[tree.feature[node]]), figures(float(tree.threshold[node]))
        walk(tree.children_left[node], [*said, say("{setting} up to {value}", setting=name, value=at)])
        walk(tree.children_right[node], [*said, say("{setting} above {value}", setting=name, value=at)])

    walk(0, [])
    return pd.DataFrame(rows).sort_values("density", ascending=False, ignore_index=True)
