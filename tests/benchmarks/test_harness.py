"""How figures are taken, kept and told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from benchmarks import measure, run, same_model, scale, store, sweeps
from benchmarks.results import TARGETS, Results

ROOT = Path(__file__).resolve().parents[2]


def test_programs_run_in_turns_and_a_failing_one_only_once() -> None:
    order: list[str] = []

    def row(name: str, **more: object) -> measure.Row:
        order.append(name)
        return {"seconds": float(len(order)), **more}

    rows = measure.alternate({"a": lambda: row("a"), "b": lambda: row("b"), "c": lambda: row("c", absent="broken")}, 3)
    assert order == ["a", "b", "c", "b", "a", "a", "b"]
    assert measure.present(rows["a"])
    assert not measure.present(rows["c"])


def test_a_ratio_is_the_middle_of_neighbouring_pairs() -> None:
    above = [{"seconds": s} for s in (2.0, 30.0, 8.0)]
    below = [{"seconds": s} for s in (1.0, 10.0, 1.0)]
    assert measure.ratio(above, below) == 3.0


def test_a_child_that_fails_says_why_and_one_that_ends_well_tells_its_memory() -> None:
    assert measure.child(["-c", "raise SystemExit('no such thing')"]) == {"absent": "no such thing"}
    assert "is not there" in measure.child(["-c", "pass"], python="/nowhere/python")["absent"]
    big = measure.command(["-c", "x = bytearray(200 << 20)"])
    small = measure.command(["-c", "pass"])
    assert big["peak_gib"] - small["peak_gib"] == pytest.approx(200 / 1024, rel=0.2)
    assert "absent" in measure.command(["-c", "raise SystemExit(3)"])


def test_memory_of_a_child_is_its_own_however_large_its_parent_is() -> None:
    large = bytearray(150 << 20)
    words = ["-c", "import json; from benchmarks.measure import own_peak; print(json.dumps({'peak_gib': own_peak()}))"]
    assert measure.child(words)["peak_gib"] < 100 / 1024
    assert measure.own_peak() > len(large) / 2**30


def test_the_exponent_of_a_power_is_found() -> None:
    sizes = [1e3, 1e4, 1e6]
    assert scale.exponent(sizes, [3e-6 * n**1.07 for n in sizes]) == pytest.approx(1.07)


def test_figures_are_flat_and_have_units_and_misses_are_kept(tmp_path: Path) -> None:
    results = Results({"cores": 2}, quick=False, quiet=True)
    results.add("c_ratio", 1.6, "times the time of C")
    results.add("help_seconds", 0.3, "s")
    results.miss("wuhan_seconds", "not enough memory")
    assert (results.verdict("c_ratio"), results.verdict("help_seconds")) == ("target <= 1.5: MISSED", "target <= 0.4: met")
    results.write(tmp_path / "latest.json")
    kept = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert kept["c_ratio"] == 1.6
    assert kept["units"]["c_ratio"] == "times the time of C"
    assert kept["not_measured"] == {"wuhan_seconds": "not enough memory"}
    with pytest.raises(ValueError, match="twice"):
        results.add("c_ratio", 1.0, "times")
    with pytest.raises(ValueError, match="nan"):
        results.add("growth_exponent", float("nan"), "of residents")


@pytest.mark.parametrize(("cores", "stay"), [(2, True), (4, False)])
def test_a_part_that_is_measured_anew_leaves_the_others_of_this_machine(cores: int, stay: bool, tmp_path: Path) -> None:
    before = Results({"cores": 2, "load_at_start": 0.5}, quick=False, quiet=True)
    before.add("c_ratio", 1.2, "times")
    before.add("help_seconds", 0.2, "s")
    before.miss("wuhan_seconds", "not enough memory")
    before.write(tmp_path / "latest.json")
    again = Results({"cores": cores, "load_at_start": 0.1}, quick=False, quiet=True)
    again.go_on_from(tmp_path / "latest.json")
    again.add("help_seconds", 0.3, "s")
    again.add("wuhan_seconds", 400.0, "s")
    kept = again.document()
    assert kept.get("c_ratio") == (1.2 if stay else None)
    assert (kept["help_seconds"], kept["wuhan_seconds"], kept["not_measured"]) == (0.3, 400.0, {})


def test_the_worlds_of_the_comparison_have_the_size_they_are_asked_for() -> None:
    model = same_model.model("ours", 1000, 1)
    assert len(model.world.residents.id) == pytest.approx(1000, rel=0.1)


@pytest.mark.compiled
def test_both_models_are_compared_event_by_event() -> None:
    told = same_model.checked(200, 1)
    assert told["differs"] is None
    assert told["events"] > 0


@pytest.mark.compiled
def test_a_study_is_kept_cut_short_gone_on_with_opened_and_compared() -> None:
    told = store.timed(60)
    assert told["files"] > 3
    assert told["mib"] > 0
    assert min(told[f"{name}_seconds"] for name in ("found", "open", "compare")) > 0


def test_every_target_is_measured_by_some_part() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks").glob("*.py") if path.name != "results.py")
    worlds = {world for world, *_ in (*scale.WORLDS[False], *sweeps.STUDIES[False])}
    for name in TARGETS:
        world = name.split("_")[0]
        pattern = name.replace(world, "{world}") if world in worlds else name
        assert re.search(rf'"{re.escape(pattern)}"', text), name
    assert set(run.PARTS) == {"latency", "small_task", "same_model", "scale", "sweeps", "launchers", "store"}
