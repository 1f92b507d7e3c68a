"""Every command and every piece of code in the documentation runs, page by page, and prints what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.pages import ROOT, blocks, every_page
from tests.docs.run import run_page
from tests.docs.test_translations import PAIRS

ELSEWHERE = {
    **dict.fromkeys(PAIRS, "tests/docs/test_translations.py"),  # their commands are those of the English pages
    "docs/how-to/own-mechanism.md": "tests/test_extensions.py",  # installs the package that the page builds
    "examples/childrens_class/README.md": "tests/test_extensions.py",
    "docs/how-to/sensitivity.md": "tests/docs/test_answers.py",  # these look closer at what comes out
    "docs/how-to/compare.md": "tests/docs/test_answers.py",
    "docs/how-to/timeline.md": "tests/docs/test_answers.py",
    "docs/how-to/calibrate.md": "tests/docs/test_answers.py",
    "docs/how-to/robustness.md": "tests/docs/test_answers.py",
    "docs/how-to/frontier.md": "tests/docs/test_answers.py",
}
"""Pages that are run by another test: something must be installed first, or it looks closer at what comes out."""
SHOWN = {
    "docs/how-to/cluster.md": "needs a cluster: tests/docs/test_cluster_page.py looks at the settings, tests/slurm runs it",
    "CONTRIBUTING.md": "builds environments: .ci/run does",
    "tests/mutation/README.md": "takes hours: `make mutants`",
}
"""Pages with blocks that are shown and not run, and why."""
LONG = (
    "README.md", "docs/how-to/cluster.md", "docs/tutorials/compare.md",
    "docs/tutorials/planner.md", "docs/tutorials/publish.md", "docs/tutorials/lesson.md", "docs/reference/channels.md",
    "docs/reference/validation.md", "docs/explanation/same-luck.md", "docs/how-to/report.md",
)  # fmt: skip
"""Pages that take longer than some seconds; CI runs them in a step of their own."""
RUNNABLE = ("sh", "python")
SMALL = ("world=tiny", "run.weeks=58", "run.burn_in_weeks=1", "replicates=2")
"""What is added to the commands of the published experiments, which take minutes as they stand; the last change of a roll-out comes in
week 57."""
QUICK = {"docs/reference/channels.md": ("world=tiny", "run.weeks=4", "run.burn_in_weeks=1", "replicates=1")}
"""The same for commands whose results another test measures anew (tests/validation/test_channel_survey.py)."""


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _pages(long: bool) -> list[str]:
    """Pages with something to run; those of experiments and those that take long apart from the others."""
    names = [_named(page) for page in every_page() if any(b.language in RUNNABLE for b in blocks(page))]
    return [n for n in names if n not in ELSEWHERE and (n in LONG or n.startswith("experiments/")) == long]


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.parametrize("name", _pages(long=False))
def test_a_page_runs_from_top_to_bottom(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_page(ROOT / name, tmp_path) is not None


@pytest.mark.long
@pytest.mark.compiled
@pytest.mark.parametrize("name", _pages(long=True))
def test_a_long_page_runs_from_top_to_bottom(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    add = SMALL if name.startswith("experiments/") else QUICK.get(name, ())
    assert run_page(ROOT / name, tmp_path, add=add) is not None


def test_pages_that_are_run_elsewhere_are_named_there() -> None:
    for page, test in ELSEWHERE.items():
        said = (ROOT / test).read_text(encoding="utf-8")
        assert Path(page).name in said or Path(page).parent.name in said, page


def test_only_known_pages_show_commands_that_are_not_run() -> None:
    shown = {_named(page) for page in every_page() if any(b.language == "" for b in blocks(page))}
    assert shown == set(SHOWN)
