"""Draw the pictures of the documentation, in English and Chinese: what the commands beside them give.

``python docs/figures.py`` (fonts-noto-cjk), whenever a test finds that the model gives other numbers than the pictures show.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from cocreate_sim.analysis.load import load_study
from cocreate_sim.cli import OK, main

PICTURES = Path(__file__).resolve().parent / "pictures"
NUMBERS = PICTURES / "numbers.json"
"""What the pictures show: the mean of every outcome over the runs of each study."""
SHOWN = {
    "first": ("trajectories", "run world=tiny policy=small_units run.seed=7"),
    "posts": ("differences", "compare world=tiny policies=before_2022,posts_72 replicates=5"),
}
"""Each picture: which figure it is, and of which command."""


def study(name: str, folder: Path, language: str) -> dict[str, float]:
    """Run the study of a picture; return what it shows."""
    if main([*SHOWN[name][1].split(), f"out={folder}", "--language", language, "--quiet"]) != OK:
        raise RuntimeError(f"the study of {name} failed")
    found = load_study(folder)
    return {outcome: float(f"{found.done[outcome].mean():.9g}") for outcome in found.headline}


def draw() -> None:
    """Draw every picture anew."""
    numbers: dict[str, dict[str, float]] = {}
    for name, (figure, _) in SHOWN.items():
        for language, ending in (("en", ""), ("zh", ".zh")):
            with tempfile.TemporaryDirectory() as folder:
                numbers[name] = study(name, Path(folder) / "study", language)
                shutil.copy(Path(folder) / "study" / "figures" / f"{figure}{ending}.svg", PICTURES / f"{name}{ending}.svg")
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    draw()
