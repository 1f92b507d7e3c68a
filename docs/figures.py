"""Make the figures of the documentation from studies of a small world: they show what the commands beside them give.

Sphinx calls :func:`make`; by hand: ``python docs/figures.py``. Made once for a state of the model's rules, into docs/_made.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from cocreate_sim.cli import OK, main
from cocreate_sim.study.keys import code_hash

MADE = Path(__file__).resolve().parent / "_made"
STUDIES = {
    "first": ("run", "world=tiny", "policy=small_units", "run.seed=7"),
    "posts": ("compare", "world=tiny", "policies=before_2022,posts_72", "replicates=5", "processes=1"),
}
"""Folder below docs/_made, and the command of the page that shows the figures."""


def make() -> None:
    """Make what is not there, or was made by other rules of the model."""
    for name, words in STUDIES.items():
        folder, said = MADE / name, " ".join((*words, code_hash()))
        mark = folder / "made-by.txt"
        if mark.exists() and mark.read_text(encoding="utf-8") == said:
            continue
        study = MADE / f"{name}.study"
        for left in (study, folder):
            shutil.rmtree(left, ignore_errors=True)
        if main([*words, f"out={study}", "--quiet"]) != OK:
            raise RuntimeError(f"cocreate {' '.join(words)} failed: the figures of the documentation cannot be made")
        shutil.copytree(study / "figures", folder)
        shutil.rmtree(study)
        mark.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    make()
