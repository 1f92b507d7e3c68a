"""No English word is left in a Chinese figure: only names in code, the command that made it, and signs such as n and p."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure
from matplotlib.text import Text
from tests.analysis import made_up, test_explore, test_robustness, test_sensitivity, test_timelines
from tests.report import synthetic

from cocreate_sim.analysis import calibration
from cocreate_sim.analysis.explore import explore
from cocreate_sim.analysis.frontier import frontier, goals_of
from cocreate_sim.analysis.languages import LANGUAGES, say, using
from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.targets import Target
from cocreate_sim.config.settings import Design
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.report.figures import FIGURES, page
from cocreate_sim.report.figures.calibrated import calibrated
from cocreate_sim.report.figures.explored import explored
from cocreate_sim.report.figures.frontier import drawn
from cocreate_sim.report.figures.sensitivity import of_table
from cocreate_sim.report.tables import NotOffered, StudyTables, load

CONFIGS = Path(__file__).parents[2] / "configs"
CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+|[a-z]+\.(?:parquet|csv)|\blogits?\b")
CHINESE = [code for code in LANGUAGES if code != "en"]
OLDER = ["trajectories", "differences", "many", "waiting", "unit_size", "load", "funnel"]


def english(figure: Figure) -> list[str]:
    """Latin words of three letters or more in the texts of a figure, without the command that made it."""
    texts = [text.get_text() for text in figure.findobj(Text) if text.get_gid() != "caption"]
    texts.append(page.caption_of(figure).partition(say("Made by: {command}", command=""))[0])
    return sorted({word for text in texts for word in re.findall(r"[A-Za-z]{3,}", CODE.sub("", text))})


@pytest.fixture(params=CHINESE)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with using(request.param):
        yield request.param


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Synthetic studies whose outcomes, policies and reasons are called as the model calls them."""
    folder = tmp_path_factory.mktemp("chinese")
    patch = pytest.MonkeyPatch()
    known = {name: (OUTCOMES[name].label, OUTCOMES[name].unit, better) for name, (_, _, better) in synthetic.OUTCOMES.items()}
    reasons = [(stage, why.replace(" ", "_"), share) for stage, why, share in (("plan", "no quorum", 0.2), ("build", "no money", 0.1))]
    patch.setattr(synthetic, "OUTCOMES", known)
    patch.setattr(synthetic, "REASONS", reasons)
    labels = {file.stem: yaml.safe_load(file.read_text("utf-8"))["policy"]["label"] for file in (CONFIGS / "policy").glob("*.yaml")}
    policies = [replace(arm, label=labels[arm.name]) for arm in synthetic.policies()]
    policies += [synthetic.SyntheticArm(name, labels[name], {"policy": name}, "before_2022") for name in labels if "without" in name]
    designs = {"policies": policies, "staffing": synthetic.staffing((0.5, 0.95)), "unit_sizes": synthetic.unit_sizes((10, 25, 100, "grid"))}
    found = {name: synthetic.write(folder / name, arms, 3, weeks=60) for name, arms in designs.items()}
    patch.undo()
    return found


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes of made-up studies are called as the model calls them."""
    rows = [{**row, "label": OUTCOMES[row["name"]].label, "unit": OUTCOMES[row["name"]].unit} for row in made_up.OUTCOMES]
    monkeypatch.setattr(made_up, "OUTCOMES", rows)


def relabelled(folder: Path, labels: list[str]) -> StudyTables:
    """A study whose arms are called as planners call them."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    for arm, label in zip(manifest["arms"], labels, strict=False):
        arm["label"] = label
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return StudyTables(load_study(folder))


@pytest.mark.slow
def test_reasons_why_a_figure_cannot_be_drawn(studies: dict[str, Path], language: str) -> None:
    """Names of settings and commands stay as they are typed."""
    typed = re.compile(r"`[^`]+`|cocreate (?:compare|sweep).*|\w+[.=][\w.=]+|\b(?:posts|DIR)\b|/[\w./-]+", re.ASCII)
    reasons: list[str] = []
    for folder in studies.values():
        for draw in FIGURES.values():
            try:
                draw(load(folder), language)
            except NotOffered as reason:
                reasons.append(str(reason))
    assert len(reasons) > 15
    assert not [reason for reason in reasons if re.search(r"[A-Za-z]{3,}", CODE.sub("", typed.sub("", reason)))]


@pytest.mark.slow
@pytest.mark.parametrize("name", OLDER)
def test_older_figures(studies: dict[str, Path], language: str, name: str) -> None:
    figures = []
    for folder in studies.values():
        try:
            figures.append(FIGURES[name](load(folder), language))
        except NotOffered:
            continue
    assert figures
    assert [english(figure) for figure in figures] == [[]] * len(figures)


def test_what_worlds_say(tmp_path: Path, language: str, named: None) -> None:
    labels = [arm["label"].replace("units of grid", "grids only") for arm in test_robustness.ARMS]
    test_robustness.study(tmp_path)
    assert not english(FIGURES["robustness"](relabelled(tmp_path, labels), language))


def test_a_dated_policy(tmp_path: Path, language: str, named: None) -> None:
    test_timelines.study(tmp_path, test_timelines.STAGGERED, lambda w, _: 2 + 0.01 * w, lambda *_: -0.5, places=3)
    tables = relabelled(tmp_path, ["before 2022", "roll-out"])
    assert not english(FIGURES["timeline"](tables, language))


@pytest.mark.parametrize("design", [Design.SALTELLI, Design.MORRIS, Design.LATIN_HYPERCUBE, Design.ONE_AT_A_TIME])
def test_which_settings_matter(tmp_path: Path, language: str, named: None, design: Design) -> None:
    made = {"a": "uncertainties.arrivals.rate", "b": "uncertainties.casework.rho_40", "c": "uncertainties.heads.hours"}
    count = 1 if design is Design.ONE_AT_A_TIME else 32
    test_sensitivity.study(tmp_path, design, count, lambda at, own: 9 * at["a"] - 4 * at["b"] + own.normal(), replicates=2, posts=(40, 72))
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    for arm in manifest["arms"]:
        arm["differs"] = {made[name]: value for name, value in arm["shares"].items()}
        arm["factors"] |= {made[name].rpartition(".")[2]: arm["factors"].pop(name) for name in made}
        arm["shares"] = {made[name].rpartition(".")[2]: value for name, value in arm["shares"].items()}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    study = load_study(tmp_path)
    assert not english(of_table(StudyTables(study), test_sensitivity.sensitivity(study)))


def test_exploration(tmp_path: Path, language: str, named: None) -> None:
    made = test_explore.study(tmp_path)
    tables = relabelled(tmp_path, ["before 2022", "small units"])
    found = explore(tables.study, "participation_week<0", made.arms[1].name, made.arms[0].name)
    assert found.boxes
    assert not english(explored(found))


def test_calibration(language: str) -> None:
    targets = yaml.safe_load(next((CONFIGS / "targets").glob("*.yaml")).read_text("utf-8"))["targets"]
    asked = [Target(t["name"], t["label"], t["kind"], t["outcome"], t["low"], t["high"], t["unit"], "", "") for t in targets]
    luck = np.random.default_rng(1)
    values = pd.DataFrame({t.name: luck.uniform(t.low, t.high, 30) for t in asked})
    shares = pd.DataFrame(luck.random((30, 2)), columns=["uncertainties.arrivals.rate", "uncertainties.heads.hours"])
    table = calibration.excluding(values, asked).merge(calibration.predictive(values, values, asked), on="target")
    assert not english(calibrated(table, calibration.identified(shares), 30, 30, "cocreate calibrate"))


def test_front(language: str) -> None:
    points = pd.DataFrame({"point": ["a", "b", "c"], "levers.posts": [40, 56, 72]})
    luck = np.random.default_rng(1)
    runs = [
        {"point": point, "replicate": r, "public_yuan": posts + luck.random(), "wait_mean_days": 90 - posts + luck.random()}
        for r in range(3)
        for point, posts in points.itertuples(index=False)
    ]
    goals = goals_of("public_yuan=least,wait_mean_days=least", list(OUTCOMES))
    names = {"levers.posts": "posts", "levers.community_workers_per_10k": "community_workers_per_10k"}
    assert not english(drawn(frontier(pd.DataFrame(runs), points, goals), names, goals, 3, "cocreate frontier"))
