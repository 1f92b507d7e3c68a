"""A comparison that adds replicates until the difference is known as well as was asked, or the budget ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..analysis.load import load_study
from ..analysis.parts import read_manifest
from ..analysis.two_stage import FEWEST, told, two_stage
from ..errors import ConfigError, nearest
from .output import write_csv, write_text

MOST_REPLICATES = 1000


@dataclass(frozen=True, slots=True)
class Until:
    """How well which difference must be known, and how many replicates may be spent on it."""

    outcome: str
    half_width: float
    most: int = MOST_REPLICATES

    def checked(self, config: Mapping[str, Any]) -> Until:
        """Return it, or refuse what cannot be asked of this comparison, before any work starts."""
        from ..extensions import outcomes

        known, first = outcomes(config.get("extensions") or ()), int(config["replicates"])
        if self.outcome not in known:
            near = nearest(self.outcome, known)
            raise ConfigError(f"--until-halfwidth {self.outcome}: not an outcome{near}; `cocreate describe outcomes` lists all")
        if not (math.isfinite(self.half_width) and self.half_width > 0):
            raise ConfigError(f"--until-halfwidth {self.outcome}={self.half_width:g} must be above zero")
        if not FEWEST <= first <= self.most:
            raise ConfigError(
                f"replicates = {first} is the first stage of --until-halfwidth; allowed: {FEWEST} to {self.most} "
                "(--most-replicates)"
            )
        if (config.get("experiment") or {}).get("interactions"):
            raise ConfigError(f"--until-halfwidth cannot be used with {config['experiment']['name']}: it has a second stage")
        return self

    @property
    def words(self) -> str:
        """Return it as it is typed."""
        return f" --until-halfwidth {self.outcome}={self.half_width:g} --most-replicates {self.most}"

    def about(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the manifest keeps of it."""
        return {"until": asdict(self) | {"first": int(config["replicates"])}}


def asked(text: str, most: int) -> Until | None:
    """Read ``OUTCOME=WIDTH`` as it is typed; nothing asks for nothing."""
    if not text:
        return None
    outcome, _, width = text.partition("=")
    try:
        return Until(outcome.strip(), float(width), most)
    except ValueError:
        raise ConfigError(f"--until-halfwidth {text}: give OUTCOME=WIDTH, such as participation_week=0.001") from None


def settle(folder: Path, resume: Callable[[Path, int], Any]) -> None:
    """Add the replicates that the first stage asks for, and write how well the differences are known.

    Does nothing for a study that was not asked to. It may be called at any time after the study: what is done stays done.
    ``resume`` goes on with a study until it has so many replicates.
    """
    manifest = read_manifest(folder)
    until = manifest.get("until")
    if not until:
        return
    table = two_stage(load_study(folder), until["outcome"], until["half_width"], until["first"])
    needed = table["replicates_needed"].dropna()
    replicates = min(int(needed.max()) if len(needed) else until["first"], until["most"])
    if replicates > manifest["replicates"]:
        resume(folder, replicates)
        table = two_stage(load_study(folder), until["outcome"], until["half_width"], until["first"])
    write_csv(folder / "until.csv", table)
    write_text(folder / "until.txt", told(table, load_study(folder)))

