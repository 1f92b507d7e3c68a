"""How large clubs are 11 and 60 months after they were founded, over draws from the priors, or with given settings.

`python experiments/running_club/bands.py 60` takes sixty draws, three seconds each; words after the number are settings instead
of draws, and each run then differs by its luck alone. The running club of the article had 237 members after 11 months and more
than 300 after about 60 (S40).
"""

from __future__ import annotations

import sys

import numpy as np

from cocreate_sim import CoCreateModel, load
from cocreate_sim.world.clubs import STAGES

MONTHS = {11: (200, 270), 60: (280, 400)}
"""Months after a club was founded, and the members that count as like those of the article (evidence F10)."""
WEEKS = 330
AFTER = [round(months * 365.25 / 12 / 7) for months in MONTHS]


def clubs(seed: int, settings: list[str]) -> list[list[int]]:
    """Members of each club of one draw, so many weeks after it was founded; those that lasted so long."""
    words = ("world=bairuijing", "policy=clubs", *settings, f"run.weeks={WEEKS}", "run.burn_in_weeks=0")
    model = CoCreateModel(load(*words, f"run.seed={seed}"))
    weeks = []
    for _ in range(WEEKS):
        for _ in range(7):
            model.step()
        weeks.append(model.world.clubs["members"].copy())
    members, founded = np.array(weeks), model.world.clubs["founded"]
    lasted = (model.world.clubs["stage"] == STAGES.index("club")) & (founded >= 0) & (founded + AFTER[-1] < WEEKS)
    return [[int(members[founded[k] + after, k]) for after in AFTER] for k in np.flatnonzero(lasted)]


def main() -> None:
    """Print the middle and the ends of both numbers, and how many clubs and draws lie in both bands."""
    settings = sys.argv[2:] or ["uncertainties=priors"]
    draws = [np.array(clubs(seed, settings)).reshape(-1, len(AFTER)) for seed in range(1, int(sys.argv[1]) + 1)]
    low, high = np.array(list(MONTHS.values())).T
    inside = [(found >= low) & (found <= high) for found in draws]
    every, hits = np.concatenate(draws), np.concatenate(inside)
    for column, months in enumerate(MONTHS):
        ends = ", ".join(f"{value:,.0f}" for value in np.percentile(every[:, column], [5, 25, 50, 75, 95]))
        share = f"{hits[:, column].mean():.0%} of {len(every)} clubs"
        print(f"after {months} months: {ends} members (5, 25, 50, 75, 95 %); {share} in the band")
    both = sum(bool(found.all(axis=1).any()) for found in inside)
    print(f"both: {hits.all(axis=1).mean():.0%} of clubs; {both} of {len(draws)} draws have such a club")


if __name__ == "__main__":
    main()
