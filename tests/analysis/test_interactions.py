"""Parts taken out together: what the sentences say is what the numbers mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.interactions import interactions, sentences


@pytest.mark.parametrize(
    ("both", "told"),
    [
        (0.15, "-5 against -15: +10 (+10 to +10): each is worth more beside the other."),  # alone, the first is worth nothing
        (0.00, "-20 against -15: -5 (-5 to -5): each is worth less beside the other."),
        (0.05, "-15 against -15: no clear difference."),
    ],
)
def test_a_pair_is_told_with_what_it_means(tmp_path: Path, both: float, told: str) -> None:
    level = {"whole": 0.2, "one": 0.1, "two": 0.15, "one+two": both}

    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        return {"participation_week": level[s["policy"]] + (1e-12 if s["policy"] == "one+two" else 0.0) * (-1) ** r}

    arms = [{"name": name, "label": name, "factors": {"policy": name}, "differs": {}} for name in level]
    study = made_up.study(tmp_path, arms, values, 4)
    found = sentences(study, interactions(study), "participation_week")
    assert found[1:] == [f"one; two: {told}"]
