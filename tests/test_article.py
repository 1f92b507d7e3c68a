"""The article as data: every row is bound to something that exists, and its arithmetic is right.

Given the rows of src/cocreate_sim/article/facts.yaml, with what names them in settings, mechanisms and configs/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.scenarios import world_settings

from cocreate_sim import article
from cocreate_sim.cli import OK, main
from cocreate_sim.config import load
from cocreate_sim.errors import ConfigError
from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.partition import NESTED, TEN_TO_TWENTY
from cocreate_sim.world.residents import SKILLS
from cocreate_sim.world.sites import KEPT, STAGES

ROOT = Path(__file__).resolve().parents[1]
ROWS = {row.id: row for row in article.read()}


def f(identifier: str, name: str) -> Any:
    """A figure of a row."""
    return ROWS[identifier].figure(name)


# ------------------------------------------------------------------------------------------------ bindings


def test_all_66_figures_and_15_sums_are_there_in_order() -> None:
    assert tuple(ROWS) == article.IDS
    assert len(article.IDS) == 66 + 15


def test_whatever_a_row_is_bound_to_exists_and_names_it() -> None:
    assert article.faults(ROOT) == []


def test_no_row_is_bound_to_nothing() -> None:
    unbound = [f"{one.row.id} ({one.row.kind})" for one in article.bound_rows() if one.status == "unbound"]
    assert not unbound, f"nothing of the kind that they need answers to {', '.join(unbound)}"
    article.check(ROOT)


def test_what_names_a_row_is_found() -> None:
    """Settings by their source, mechanisms by their seed facts, configurations by their comments."""
    bound = {one.row.id: set(one.bound) for one in article.bound_rows()}
    assert {("setting", "levers.posts"), ("mechanism", "staff_time"), ("policy", "posts_72"), ("experiment", "staffing")} <= bound["S32"]
    assert {("setting", "world.grids"), ("world", "wuchang")} <= bound["S20"]
    assert ("setting", "uncertainties.upkeep.decay") in bound["S02"]


def test_statements_are_ours() -> None:
    """Names in Chinese are a few characters long; a longer run would be a sentence of the article."""
    text = (ROOT / "src/cocreate_sim/article/facts.yaml").read_text(encoding="utf-8")
    assert max(len(run) for run in re.findall(r"[\u4e00-\u9fff]+", text)) <= 4


@pytest.mark.parametrize(
    ("identifier", "binding", "fault"),
    [
        ("S32", {"setting": "levers.post"}, "setting levers.post does not exist; did you mean 'levers.posts'?"),
        ("S32", {"setting": "levers.red_board"}, "setting levers.red_board does not name S32"),
        ("S32", {"mechanism": "staff_times"}, "mechanism staff_times does not exist; did you mean 'staff_time'?"),
        ("S32", {"mechanism": "ties"}, "mechanism ties does not name S32"),
        ("S32", {"policy": "posts_73"}, "policy posts_73 does not exist"),
        ("S32", {"outcome": "waits"}, "outcome waits does not exist"),
        ("S32", {"formula": "erlang"}, "formula erlang does not exist"),
        ("S32", {"event": "leaves"}, "event leaves does not exist; did you mean 'leaves_post'?"),
        ("S32", {"test": "tests/test_nothing.py::test_it"}, "test file tests/test_nothing.py does not exist"),
        ("S32", {"test": "tests/test_article.py::test_it"}, "tests/test_article.py has no test test_it"),
        ("S32", {"test": "tests/test_article.py::f"}, "tests/test_article.py has no test f"),
        ("S32", {"lever": "posts"}, "lever is no kind of binding"),
        ("S32", {"context": "there is no use for this figure"}, "a row of kind input cannot be context only"),
        ("S44", {"context": "no use"}, "'no use' is no reason"),
    ],
)
def test_a_binding_that_does_not_hold_is_named(identifier: str, binding: dict[str, str], fault: str, tmp_path: Path) -> None:
    rows = article.read(edited(tmp_path, identifier, bound=[binding]))
    told = article.faults(ROOT, rows)
    assert len(told) == 1
    assert told[0].startswith(f"{identifier}: {fault}")


@pytest.mark.parametrize(
    ("identifier", "kind", "bound", "status"),
    [
        ("S32", "input", [], "bound"),  # settings name it
        ("S32", "validation", [], "unbound"),  # a setting shows nothing
        ("S32", "validation", [{"outcome": "wait_posts_mean_days"}], "bound"),
        ("S61", "input", [{"outcome": "backlog"}], "unbound"),  # an outcome is nothing to rest on
        ("S61", "context", [], "unbound"),  # without a reason
        ("S61", "context", [{"context": "what it says is not clear"}], "context"),
    ],
)
def test_a_row_is_bound_by_what_its_kind_needs(identifier: str, kind: str, bound: list[Any], status: str, tmp_path: Path) -> None:
    rows = article.read(edited(tmp_path, identifier, kind=kind, bound=bound))
    assert next(one.status for one in article.bound_rows(rows) if one.row.id == identifier) == status


def test_a_row_that_is_named_but_not_there_is_told() -> None:
    told = article.faults(ROOT, [row for row in ROWS.values() if row.id != "S32"])
    assert "setting levers.posts names S32, which is no row" in told


def test_the_check_names_every_fault_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = edited(tmp_path, "S08", bound=[{"outcome": "board"}, {"formula": "board"}])
    monkeypatch.setattr("cocreate_sim.article.bindings.read", lambda: article.read(path))
    with pytest.raises(ConfigError, match=r"(?s)S08: outcome board does not exist.*S08: formula board does not exist"):
        article.check()


def edited(folder: Path, identifier: str, **changes: Any) -> Path:
    """The file of rows with some parts of one row changed."""
    content = yaml.safe_load((ROOT / "src/cocreate_sim/article/facts.yaml").read_text(encoding="utf-8"))
    content["facts"] = [row | changes if row["id"] == identifier else row for row in content["facts"]]
    path = folder / "facts.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "S67"}, "id = 'S67' is not known"),
        ({"id": "S02"}, "facts.yaml lacks S01"),
        ({"note": "more"}, "must have id, topic, says, figures, place, kind, bound"),
        ({"says": " "}, "says must be a text"),
        ({"kind": "inputs"}, "kind = 'inputs' is not known; did you mean 'input'?"),
        ({"figures": {}}, "figures must be a mapping of names to"),
        ({"figures": {"start": 3}}, "figures must be a mapping of names to"),
        ({"bound": [{"setting": "a", "test": "b"}]}, "bound must be a list of single entries"),
        ({"bound": "levers.posts"}, "bound must be a list of single entries"),
    ],
)
def test_a_row_that_lacks_something_is_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        article.read(edited(tmp_path, "S01", **changes))


@pytest.mark.parametrize(("text", "message"), [("- 1", "must hold a list of facts"), ("facts: 1", "must hold a list of facts")])
def test_what_is_no_list_of_rows_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        article.read(tmp_path / "facts.yaml")


def test_a_row_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    content = (ROOT / "src/cocreate_sim/article/facts.yaml").read_text(encoding="utf-8")
    row = "  - {id: C15, topic: a, says: b, figures: {c: [1, d]}, place: e, kind: context, bound: []}\n"
    (tmp_path / "facts.yaml").write_text(content + row, encoding="utf-8")
    with pytest.raises(ConfigError, match="holds C15 twice"):
        article.read(tmp_path / "facts.yaml")


# ------------------------------------------------------------------------------------------------ figures

# what ships -> the figure of the article that it must be
SHIPPED: dict[str, tuple[Callable[[], Any], tuple[Any, ...]]] = {
    "posts before": (lambda: Levers().posts, (f("S32", "before"),)),
    "posts after": (lambda: load("policy=posts_72").levers.posts, (f("S32", "after"),)),
    "compounds": (lambda: world_settings("wuchang").compounds, (f("S20", "compounds"),)),
    "grids": (lambda: world_settings("wuchang").grids, (f("S20", "grids"),)),
    "small units": (lambda: (TEN_TO_TWENTY[0], TEN_TO_TWENTY[2]), (f("S19", "smallest"), f("S19", "largest"))),
    "nested units": (
        lambda: NESTED,
        tuple(f("S17", k) for k in ("households_per_lin", "lin_per_li", "li_per_ge", "ge_per_wang")),
    ),
    "pay": (lambda: Levers().pay, (f("S34", "monthly_min"),)),
    "skills": (lambda: len(SKILLS), (f("S43", "kinds_min"),)),
    "stages": (lambda: KEPT - 1, (f("S63", "stages"),)),
    "community workers": (lambda: Levers().community_workers_per_10k, (f("C08", "per_10k"),)),
    "upkeep": (lambda: round(load("world=tiny").uncertainties["upkeep"].upkeep_ratio, 2), (round(f("S06", "upkeep_to_build"), 2),)),
}


@pytest.mark.parametrize("what", SHIPPED)
def test_what_ships_has_the_figures_of_the_article(what: str) -> None:
    shipped, figures = SHIPPED[what]
    assert shipped() == (figures if len(figures) > 1 else figures[0])


def test_the_stages_of_a_project_are_named() -> None:
    assert STAGES[1:KEPT] == ("plan", "build", "manage", "evaluate", "share")


def test_tanhualin_can_be_built_with_its_large_households() -> None:
    # given the residents and households of the article, ten times smaller
    persons = f("S26", "residents") / f("S25", "households_min")
    world = world_settings("tiny", households=f("S25", "households_min") // 10, building_min=12, persons_per_household=persons, collective_share=0.0)
    # expect a world with as many residents, in households larger than the city's
    counts = build_world(world, Levers(), 1).counts()
    assert counts["residents"] == pytest.approx(f("S26", "residents") / 10, rel=0.05)
    assert counts["residents_per_household"] == pytest.approx(3.33, rel=0.05)
    assert persons > world_settings().persons_per_household


# published elsewhere: residents of Wuchang (A5.1, A5.3), share in family households and persons in each (A5.2), subdistricts (A5.4)
RESIDENTS = (1_092_750, 1_270_500)
FAMILY, PERSONS, SUBDISTRICTS = 0.8185, 2.47, 14
HOUSEHOLDS = tuple(r * FAMILY / PERSONS for r in RESIDENTS)
NORM, BAIRUIJING_HOUSEHOLDS, CLUB_2020, FEE_MEMBERS = 18, 8424, 237, 50
MOVED = f("S31", "posts_moved") / (f("S32", "after") - f("S32", "before"))
WORKERS = 10_000 * f("S36", "workers") / f("S30", "residents_min")
LARGE = RESIDENTS[1] / SUBDISTRICTS


def more(workers: float) -> float:
    """How much 72 posts instead of 40 add to the posts and workers of a subdistrict, %."""
    return 100 * (f("S32", "after") - f("S32", "before")) / (f("S32", "before") + workers)


# each figure of the arithmetic, from the figures of the article
SUMS: dict[str, dict[str, float]] = {
    "C01": {"subdistricts": MOVED, "after_with_14": f("S32", "before") + f("S31", "posts_moved") / SUBDISTRICTS},
    "C02": {"before": f("S32", "before") * MOVED, "after": f("S32", "after") * MOVED, "growth": 100 * (f("S32", "ratio") - 1)},
    "C03": {
        "lowest": f("S21", "units_min") * f("S19", "smallest"), "highest": f("S21", "units_min") * f("S19", "largest"),
        "census_2020": HOUSEHOLDS[0], "estimate_2022": HOUSEHOLDS[1],
        "per_unit_2020": HOUSEHOLDS[0] / f("S21", "units_min"), "per_unit_2022": HOUSEHOLDS[1] / f("S21", "units_min"),
    },
    "C04": {
        "units_per_grid": f("S21", "units_min") / f("S20", "grids"),
        "households_2020": HOUSEHOLDS[0] / f("S20", "grids"), "households_2022": HOUSEHOLDS[1] / f("S20", "grids"),
    },
    "C05": {
        "grids": f("S20", "grids") / f("S20", "compounds"), "units": f("S21", "units_min") / f("S20", "compounds"),
        "households_2020": HOUSEHOLDS[0] / f("S20", "compounds"), "households_2022": HOUSEHOLDS[1] / f("S20", "compounds"),
    },
    "C06": {"residents_2020": RESIDENTS[0] / f("S20", "grids"), "residents_2022": RESIDENTS[1] / f("S20", "grids")},
    "C07": {
        "wang": f("S17", "households_per_lin") * f("S17", "lin_per_li") * f("S17", "li_per_ge") * f("S17", "ge_per_wang"),
        "grids_low": f("S17", "households_per_wang") * f("S20", "grids") / HOUSEHOLDS[1],
        "grids_high": f("S17", "households_per_wang") * f("S20", "grids") / HOUSEHOLDS[0],
    },
    "C08": {
        "per_10k": WORKERS, "residents_each": f("S30", "residents_min") / f("S36", "workers"),
        "households_each": BAIRUIJING_HOUSEHOLDS / f("S36", "workers"), "by_norm": NORM * f("S30", "residents_min") / 10_000,
        "short": NORM * f("S30", "residents_min") / 10_000 - f("S36", "workers"),
    },
    "C09": {
        "residents": LARGE, "workers_low": WORKERS * LARGE / 10_000, "workers_high": NORM * LARGE / 10_000,
        "growth_low": more(NORM * LARGE / 10_000), "growth_high": more(WORKERS * LARGE / 10_000),
    },
    "C10": {
        "share_2024": 100 * f("S40", "members_min") / f("S30", "residents_min"),
        "share_2020": 100 * CLUB_2020 / f("S30", "residents_min"),
    },
    "C11": {"share": f("S45", "places_min") / f("S46", "cars_min")},
    "C12": {"rent": f("S54", "rent") / f("S54", "area") / 12},
    "C13": {"growth": 100 * (f("S60", "after") / f("S60", "before") - 1)},
    "C14": {"per_member": 365 * f("S29", "fee"), "of_50": 365 * f("S29", "fee") * FEE_MEMBERS},
    "C15": {
        "couriers": f("S52", "couriers_min") * SUBDISTRICTS,
        "per_station": f("S52", "couriers_min") * SUBDISTRICTS / f("S62", "stations"),
    },
}  # fmt: skip


def last_digit(value: float) -> float:
    """What one unit of the last digit is worth: 1 for 859, 0.1 for 13.1, 1,000 for 362,000."""
    exponent = int(Decimal(str(value)).normalize().as_tuple().exponent)
    return float(10.0 ** (exponent if exponent < 0 or value >= 1000 else 0))


@pytest.mark.parametrize("identifier", [k for k in ROWS if k.startswith("C")])
def test_the_arithmetic_is_right(identifier: str) -> None:
    """Each figure of a C row, computed again, is what stands there to the digits that are given."""
    given = {name: value for name, (value, _) in ROWS[identifier].figures.items()}
    computed = SUMS[identifier]
    assert given.keys() == computed.keys()
    for name, value in given.items():
        assert abs(computed[name] - value) <= 0.5 * last_digit(value), f"{identifier} {name}"


def test_figures_within_a_row_agree() -> None:
    assert f("S32", "after") / f("S32", "before") == f("S32", "ratio")
    assert f("S60", "after") / f("S60", "before") == f("S60", "ratio")
    assert f("S06", "upkeep_share") / f("S06", "build_share") == pytest.approx(f("S06", "upkeep_to_build"), abs=1e-4)
    assert f("S17", "households_per_lin") * f("S17", "lin_per_li") == f("S17", "households_per_li")
    assert f("S17", "households_per_li") * f("S17", "li_per_ge") == f("S17", "households_per_ge")
    assert f("S17", "households_per_ge") * f("S17", "ge_per_wang") == f("S17", "households_per_wang")


# ------------------------------------------------------------------------------------------------ as told to users


def test_describe_prints_every_row_with_what_it_is_bound_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "article"]) == OK
    out = capsys.readouterr().out
    assert all(f"\n{k}  " in f"\n{out}" for k in article.IDS)
    assert "figures:  before: 40 posts per subdistrict; after: 72 posts per subdistrict; ratio: 1.8 ratio" in out
    assert "figures:  delivered: 2005; idle until: 2022" in out
    assert "figures:  sign: positive" in out
    assert "figures:  board: yes" in out


def test_describe_counts_from_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "article", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    statuses = [row["status"] for row in told["rows"]]
    assert len(statuses) == told["bound"] + told["context"] + told["unbound"] == 81
    assert [told[k] for k in ("bound", "context", "unbound")] == [statuses.count(k) for k in ("bound", "context", "unbound")]
    posts = next(row for row in told["rows"] if row["id"] == "S32")
    assert posts["figures"]["after"] == {"value": 72, "unit": "posts per subdistrict"}
    assert {"setting": "levers.posts"} in posts["bound"]
