"""The command line answers in words, with the right exit code, and refuses before it works."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim import __version__
from cocreate_sim.cli import BAD_INPUT, COMMANDS, FAILED, OK, STOPPED, main
from cocreate_sim.cli.progress import LINE_SECONDS, Progress, duration
from cocreate_sim.cli.show import coloured, number, table, width
from cocreate_sim.errors import CoCreateError

SHORT = ["world=tiny", "run.weeks=3", "run.burn_in_weeks=1"]


def command(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run ``cocreate`` as a user does."""
    return subprocess.run([sys.executable, "-m", "cocreate_sim.cli", *words], capture_output=True, text=True, timeout=600, **more)


# help


def test_help_begins_with_an_example_and_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--help"], ["-h"]):
        assert main(words) == OK
        out = capsys.readouterr().out
        assert out.startswith("example: cocreate compare")
        assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_begins_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == OK
    out = capsys.readouterr().out
    assert out.startswith(f"example: cocreate {name}")
    assert "--json" in out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == OK
    assert capsys.readouterr().out == f"cocreate-sim {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [["--help"], ["run", "--help"], ["rnu"], ["run", "world=tyni"], ["run", "levers.post=3"], ["diff", "before_2022", "post_72"]],
)
def test_help_and_typing_errors_load_nothing_slow(words: list[str]) -> None:
    code = (
        f"import sys\nfrom cocreate_sim.cli import main\nmain({words!r})\n"
        "print([m for m in ('numba', 'mesa', 'scipy', 'pandas', 'numpy', 'matplotlib', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# what is refused


REFUSED: list[tuple[list[str], list[str]]] = [
    (["rnu"], ["'rnu' is not a command", "did you mean 'run'?", f"allowed: {', '.join(COMMANDS)}"]),
    (["--quiet"], ["--quiet"]),
    (["run", "--quite"], ["--quite", "cocreate run --help"]),
    (["run", "--js"], ["--js"]),
    (["schedule", "now"], ["now"]),
    (["run", "tiny"], ["'tiny' is not of the form key=value"]),
    (["run", "world=tyni"], ["world = 'tyni'", "did you mean 'tiny'?"]),
    (["run", "levers.post=3"], ["levers.post is not known", "did you mean 'posts'?"]),
    (["run", "+levers.post=3"], ["levers.post is not known"]),
    (["run", "levers.posts=0", "--json"], ["outside its range"]),
    (["channels", "channels.ties=false"], ["channels are switched here one by one"]),
    (["channels", "levers.posts=40,72"], ["'levers.posts=40,72' is for `cocreate compare`"]),
    (["channels", "out=there"], ["'out=there' is for `cocreate compare`"]),
    (["channels", "levers.partition=5"], ["two sizes are compared", "such as levers.partition=10-20,grid"]),
    (["channels", "levers.partition=100,5"], ["the small units come first"]),
    (["channels", "levers.partition=5,700"], ["levers.partition = 700 is larger than the largest compound"]),
    (["channels", "world=tyni"], ["world = 'tyni'", "did you mean 'tiny'?"]),
    (["run", "policies=before_2022,posts_72"], ["policies= is for `cocreate compare`"]),
    (["run", "levers.posts=40,72"], ["levers.posts has several values", "`cocreate compare`"]),
    (["run", "experiment=staffing"], ["'staffing' has several arms", "`cocreate compare`"]),
    (["compare"], ["nothing to compare", "policies=a,b", "posts_72", "staffing"]),
    (["compare", "policy=posts_72"], ["nothing to compare"]),
    (["compare", "policies=posts_72"], ["nothing to compare"]),
    (["compare", "experiment=unit_size", "levers.partition=5"], ["nothing to compare"]),
    (["diff"], ["the first two words say what is compared", "cocreate diff before_2022 posts_72 world=tiny"]),
    (["diff", "before_2022"], ["the first two words say what is compared"]),
    (["diff", "world=tiny", "seed=2", "posts_72"], ["the first two words say what is compared"]),
    (["diff", "before_2022", "posts_72", "tiny"], ["3 policies were named: before_2022, posts_72, tiny"]),
    (["diff", "before_2022", "postz_72", "world=tiny"], ["policy = 'postz_72' is not known", "did you mean 'posts_72'?"]),
    (["diff", "before_2022", "posts_72", "world=tyni"], ["world = 'tyni'", "did you mean 'tiny'?"]),
    (["diff", "levers.posts=40", "levers.post=72"], ["levers.post is not known", "did you mean 'posts'?"]),
    (["diff", "levers.posts=40,72", "world=tiny"], ["levers.posts has several values"]),
    (["diff", "before_2022", "posts_72", "--replicate", "-1"], ["--replicate -1 is not a replicate", "allowed: from 0"]),
    (["diff", "before_2022", "posts_72", "--replicate", "one"], ["--replicate", "'one'", "cocreate diff --help"]),
    (["diff", "before_2022", "posts_72", "out=here"], ["out= is not for `cocreate diff`"]),
    (["diff", "before_2022", "posts_72", "experiment=staffing"], ["experiment= is not for `cocreate diff`"]),
    (["diff", "before_2022", "levers.partition=49", "world=tiny"], ["levers.partition = 49", "larger than the largest compound"]),
    (["describe", "mechanisms"], ["'mechanisms' cannot be described", "did you mean 'mechanism'?"]),
    (["describe", "mechanism", "casewrok"], ["'casewrok' is not a mechanism", "did you mean 'casework'?"]),
    (["describe", "mechanism", "a", "b"], ["takes one name"]),
    (["describe", "settings", "lever"], ["lever is not known", "did you mean 'levers'?"]),
    (["describe", "outcomes", "backlog"], ["takes nothing more"]),
    (["validate", "erlang_d"], ["erlang_d is not known", "did you mean 'erlang_c'?"]),
    (["validate", "erlang_c", "load=3"], ["load = 3 is not below posts = 3", "erlang_a"]),
    (["validate", "erlang_c", "load=1,2"], ["'load=1,2' has several values"]),
    (["validate", "erlang_c", "post=4"], ["erlang_c.post is not known", "did you mean 'posts'?"]),
    (["validate", "erlang_c", "posts=two"], ["erlang_c.posts = 'two' must be a whole number"]),
    (["validate", "peers", "J=6", "h=-3", "begin=any"], ["two stable states", "start=everybody"]),
    (["validate", "load=3"], ["'load=3' is a parameter of one formula, but 0 were named"]),
    (["validate", "ties", "decay", "p=1"], ["2 were named"]),
    (["validate", "ties", "p=1", "--planted"], ["a case of your own"]),
    (["validate", "ties", "--quick", "--planted"], ["--quick and --planted go separately"]),
    (["describe", "formulas", "ties"], ["takes nothing more"]),
    (["describe", "world=wuchan"], ["world = 'wuchan'", "did you mean 'wuchang'?"]),
    (["describe", "world=tiny", "levers.partition=49"], ["levers.partition = 49", "larger than the largest compound"]),
    (["describe", "world=tiny", "settings"], ["'settings' is not of the form key=value"]),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[" ".join(w) for w, _ in REFUSED])
def test_bad_input_gives_code_2_one_message_and_no_work(
    words: list[str], message: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == BAD_INPUT
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("cocreate: error: ")
    assert told.err.count("\n") == 1
    for part in message:
        assert part in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path, tmp_path / "file", tmp_path / "file" / "below"):
        for name in (["run"], ["compare", "policies=before_2022,posts_72"]):
            assert main([*name, f"out={out}"]) == BAD_INPUT
            assert str(out) in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "mine.txt"]
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_a_user_sees_a_message_and_no_traceback(tmp_path: Path) -> None:
    done = command("run", "levers.post=3", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'posts'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert "\033" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CoCreateError("all runs failed"), FAILED, "cocreate: error: all runs failed"),
        (KeyboardInterrupt("stopped: 3 of 8 runs are complete"), STOPPED, "cocreate: stopped: 3 of 8 runs are complete"),
        (KeyboardInterrupt(), STOPPED, "cocreate: stopped"),
    ],
)
def test_other_endings_have_their_own_codes(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr("cocreate_sim.cli._handler", lambda _: fail)
    assert main(["schedule"]) == code
    assert capsys.readouterr().err.strip() == words


# what is described


def described(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Return the JSON answer of a command, after checking that the plain answer is there too."""
    assert main([*words]) == OK
    assert capsys.readouterr().out.strip()
    assert main([*words, "--json"]) == OK
    return json.loads(capsys.readouterr().out)


def test_schedule_prints_every_mechanism_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    from cocreate_sim.schedule import MECHANISMS

    rows = described(capsys, "schedule")
    assert [row["name"] for row in rows] == [m.name for m in MECHANISMS]
    assert set(rows[0]) == {"name", "cadence", "sentence", "reads", "writes"}


def test_every_mechanism_can_be_described(capsys: pytest.CaptureFixture[str]) -> None:
    names = [row["name"] for row in described(capsys, "describe", "mechanism")]
    for name in names:
        told = described(capsys, "describe", "mechanism", name)
        assert told["equations"]
        assert told["without"]
        assert all(row["address"].startswith(f"uncertainties.{name}.") for row in told["settings"])


def test_worlds_are_listed_from_the_smallest_to_the_largest(capsys: pytest.CaptureFixture[str]) -> None:
    rows = described(capsys, "describe", "worlds")
    assert [row["households"] for row in rows] == sorted(row["households"] for row in rows)
    assert (rows[0]["name"], rows[-1]["name"]) == ("tiny", "wuhan")
    assert rows[0]["about"].startswith("One building in the middle of an average subdistrict")


def test_one_setting_is_described_by_its_address_with_the_words_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "settings", "levers.head_hours"]) == OK
    said = capsys.readouterr().out
    assert said.startswith("levers.head_hours = per_head\n    every unit head gives the same hours")
    assert "allowed: per_head, equal_total; source: design" in " ".join(said.split())
    assert main(["describe", "settings", "levers.head_hour"]) == BAD_INPUT
    refused = capsys.readouterr().err
    assert "did you mean 'levers.head_hours'?" in refused
    assert "uncertainties" not in refused


def test_settings_are_listed_with_unit_range_prior_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["address"]: row for row in described(capsys, "describe", "settings")}
    posts = rows["levers.posts"]
    assert (posts["default"], posts["low"], posts["high"], posts["unit"], posts["source"]) == (
        40,
        1,
        1000,
        "posts per subdistrict",
        "S32",
    )
    assert {
        "world.households",
        "channels.ties",
        "switches.casework",
        "uncertainties.casework.rho_40",
        "run.seed",
        "replicates",
    } <= set(rows)
    assert all(row["unit"] and row["meaning"] for row in rows.values())
    assert set(described(capsys, "describe", "settings", "levers")[0]) == set(posts)
    assert all("casework" in row["address"] for row in described(capsys, "describe", "settings", "casework"))


def test_every_address_that_describe_settings_lists_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    from cocreate_sim.config import compose, load, write

    rows = described(capsys, "describe", "settings")
    who = [write(row["address"], row["default"]) for row in rows if row["address"].startswith("executor.")]
    words = [write(row["address"], row["default"]) for row in rows if not row["address"].startswith("executor.")]
    of_slurm = [word for word in who if not word.startswith(("executor.kind", "executor.workers=", "executor.address"))]
    assert compose(["executor=slurm", *of_slurm])["executor"] == compose(["executor=slurm"])["executor"]
    assert compose(["executor=dask", *set(who[:3]) - {"executor.kind='processes'"}]) == compose(["executor=dask"])
    assert load(*words) == load()
    assert compose(words)["replicates"] == compose()["replicates"]


@pytest.mark.slow
def test_outcomes_policies_and_experiments_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"backlog", "participation_week"} <= {row["name"] for row in described(capsys, "describe", "outcomes")}
    policies = {row["name"]: row for row in described(capsys, "describe", "policies")}
    assert policies["before_2022"]["differences"] == []
    assert policies["posts_72"]["differences"] == ["posts: 72 instead of 40 posts per subdistrict"]
    assert len(policies["small_units_and_posts_72"]["differences"]) == 2
    assert all(row["differences"] for name, row in policies.items() if name != "before_2022")
    assert {"staffing", "unit_size"} <= {row["name"] for row in described(capsys, "describe", "experiments")}
    assert main(["describe"]) == OK


def test_formulas_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "formulas"]) == OK
    out = capsys.readouterr().out
    assert "erlang_c: One line for all posts (Erlang C)" in out
    assert "Bass diffusion: clubs and building councils" in out
    assert main(["describe", "formulas", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert {"name", "title", "text", "limit", "source", "parameters"} == set(told["formulas"][0])


def test_a_world_is_described_by_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    told = described(capsys, "describe", "world=tiny", "levers.partition=10-20")
    assert (told["world"], told["compounds"], told["grids"], told["communities"], told["buildings"]) == ("tiny", 1, 1, 1, 1)


# where two runs part


def test_diff_tells_the_first_event_in_which_two_policies_part(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["diff", *SHORT, "before_2022", "red_board", "seed=4", "--replicate", "3", "--quiet"]
    assert main(words) == OK
    told = capsys.readouterr()
    assert told.err == ""
    first, setting, _, same, *events = told.out.splitlines()
    assert first == "before 2022 and red board, world tiny, seed 7"
    assert setting == "  levers.red_board: no and yes"
    assert re.fullmatch(r"The first [\d,]+ events are the same, \d+ of them on day 6\. Then they part:", same)
    assert events[0].startswith("  both: day 6 (Sunday of week 0), participation: ")
    assert events[-2] == "  before 2022: this does not happen"
    assert re.fullmatch(
        r"  red board: day 6 \(Sunday of week 0\), recognition: resident \d+ is named on the red board", events[-1]
    )

    assert main([*words, "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert [side["policy"] for side in found["sides"]] == ["before_2022", "red_board"]
    assert found["settings"] == {"levers.red_board": [False, True]}
    assert (found["parted"], found["days"]) == (True, 6)
    assert f"The first {found['equal_events']:,} events" in same
    none, event = found["events"]
    assert none is None
    assert (event["kind"], event["mechanism"], event["value"]) == ("is_honoured", "recognition", 0.0)
    assert events[-1].endswith(event["words"])


def test_diff_takes_settings_as_sides_and_says_when_nothing_parts_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "channels.ties=true", "channels.ties=false", *SHORT, "--quiet"]) == OK
    out = capsys.readouterr().out
    assert out.startswith("channels.ties=true and channels.ties=false, world tiny, seed 1\n  channels.ties: yes and no\n")
    assert re.search(r"They never part: all [\d,]+ events of 28 days are the same\.", out)

    assert main(["diff", "posts_72", "posts_72", *SHORT, "--quiet", "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert [side["name"] for side in found["sides"]] == ["72 posts (first)", "72 posts (second)"]
    assert (found["parted"], found["days"], found["settings"], found["events"]) == (False, 28, {}, [None, None])
    assert found["equal_events"] > 0


# what is run


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A short run, made as a user makes it."""
    out = tmp_path_factory.mktemp("run") / "first"
    return out, command("run", *SHORT, "policy=small_units", f"out={out}")


def test_a_run_ends_with_a_summary_and_says_where_everything_is(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, done = finished
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (out / "summary.txt").read_text(encoding="utf-8").strip() in done.stdout
    assert "runs.parquet" in done.stdout
    assert str(out) in done.stdout
    assert "\033" not in done.stdout + done.stderr
    assert not list(out.glob(".tmp-*"))


def test_a_folder_of_results_is_never_overwritten(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = finished
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    assert main(["run", *SHORT, f"out={out}"]) == BAD_INPUT
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*")} == before


@pytest.mark.slow
def test_compare_gives_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "both"
    words = ["policies=before_2022,posts_72", "replicates=2", "processes=1", f"out={out}"]
    assert main(["compare", *SHORT, *words, "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told["out"] == str(out)
    assert told["summary"]
    assert str(out / "comparison.csv") in told["tables"]
    assert all(Path(p).exists() for p in told["tables"] + told["figures"])


# what is checked against formulas


def test_validate_prints_one_table_and_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "head_hours", "pivotality"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "formula",
        "parameters",
        "quantity",
        "expected",
        "simulated",
        "std",
        "error",
        "notices",
        "verdict",
    ]
    assert sum(line.startswith("head_hours ") for line in lines) == 8
    assert all(line.endswith("holds") for line in lines if line.startswith(("head_hours ", "pivotality ")))
    assert any(line.startswith("Not yet in the model") for line in lines)
    assert lines[-1] == "2 formulas (14 numbers) hold, 0 fail"


def test_validate_takes_a_case_of_ones_own_and_tells_its_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "head_hours", "rule=per_head", "size=20", "hours=4", "--json"]) == OK
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["expected"], row["simulated"], row["verdict"]) == (120.0, pytest.approx(120.0), "holds")
    assert row["parameters"] == {"rule": "per_head", "size": 20, "hours": 4.0}
    (settings,) = row["settings"]
    assert settings["levers.partition"] == "20"
    assert settings["uncertainties.heads.hours"] == 4.0


def test_quick_runs_the_first_case_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "head_hours", "--quick", "--json"]) == OK
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_a_formula_that_fails_ends_with_1_after_the_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cocreate_sim.mechanisms import heads

    monkeypatch.setattr(heads.Heads, "step", lambda self, world: None)
    assert main(["validate", "head_hours", "pivotality"]) == FAILED
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "1 formula (14 numbers) holds, 1 fails"
    assert told.err.endswith("cocreate: error: 1 formula of 2 not within the error of the simulation: head_hours\n")


def test_planted_errors_are_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["validate", "head_hours", "--planted"]) == OK
    out = capsys.readouterr().out
    assert "heads give 0.1 % more time" in out
    assert out.splitlines()[-1] == "1 of 1 planted error noticed, 0 missed"
    from cocreate_sim.validation.case import Formula

    monkeypatch.setattr(Formula, "noticed", lambda self: [])
    assert main(["validate", "head_hours", "--planted"]) == FAILED
    told = capsys.readouterr()
    assert "NOBODY" in told.out
    assert told.err == "cocreate: error: 1 planted error not noticed: head_hours\n"


def test_quiet_prints_nothing_and_results_have_a_folder_by_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", *SHORT, "--quiet"]) == OK
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("run-20")
    assert (folder / "runs.parquet").is_file()


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_keeps_complete_runs_readable(tmp_path: Path) -> None:
    out = tmp_path / "cut"
    words = ["compare", "world=tiny", "policies=before_2022,posts_72", "replicates=5000", "processes=1", f"out={out}"]
    running = subprocess.Popen(
        [sys.executable, "-m", "cocreate_sim.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        patience = time.monotonic() + 300
        while not list(out.glob("parts/*.parquet")) and running.poll() is None and time.monotonic() < patience:
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)
    finally:
        running.kill()
    assert running.returncode == STOPPED, told
    assert "Traceback" not in told
    assert "can be read" in told
    import pandas as pd

    assert len(pd.read_parquet(out / "runs.parquet")) >= 1


def test_a_pipe_that_closes_early_is_no_error() -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "cocreate_sim.cli", "describe", "settings"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    running.stdout.close()
    assert running.stderr is not None
    told = running.stderr.read()
    running.stderr.close()
    assert (running.wait(timeout=120), told) == (OK, "")


# how it is shown


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_on_a_terminal_is_a_bar_with_the_time_left() -> None:
    stream, clock = Terminal(), Clock()
    with Progress("runs", stream=stream, clock=clock) as progress:
        for done in range(1, 5):
            clock.now += 30.0
            progress(done, 4)
    lines = stream.getvalue().split("\r")
    assert "1 of 4 runs\x1b" in lines[1], "the first may have waited for compiling, and says nothing of the pace"
    assert "2 of 4 runs, 2 a minute, about 1 min 0 s left" in lines[2]
    assert lines[-1].startswith(f"[{'#' * 30}] 4 of 4 runs")
    assert stream.getvalue().endswith("\n")


def test_progress_redraws_no_more_than_ten_times_a_second() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("weeks", stream=stream, clock=clock)
    for done in range(1000):
        clock.now += 0.001
        progress(done, 1000)
    assert 9 <= stream.getvalue().count("\r") <= 11


def test_progress_in_a_log_is_one_line_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress("runs", stream=stream, clock=clock) as progress:
        for done in range(1, 61):
            clock.now += 1.0
            progress(done, 60)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 60 // int(LINE_SECONDS)
    assert lines[0] == "10 of 60 runs, 60 a minute, about 50 s left"
    assert "\r" not in stream.getvalue()


def test_a_second_stage_tells_its_own_time_left() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("runs", stream=stream, clock=clock)
    for done in [*range(1, 101), 1, 2]:
        clock.now += 6.0
        progress(done, 100)
    assert "1 of 100 runs, 10 a minute, about 9 min 54 s left" in stream.getvalue().split("\r")[-2]


def test_quiet_progress_writes_nothing() -> None:
    stream = Terminal()
    with Progress("runs", quiet=True, stream=stream) as progress:
        progress(1, 2)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (75, "1 min 15 s"), (3600, "1 h 0 min"), (90_061, "25 h 1 min")]
)
def test_durations_are_told_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_colour_only_on_a_terminal_and_never_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert coloured(Terminal())
    assert not coloured(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not coloured(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())


def test_tables_are_aligned_with_chinese_characters_too(capsys: pytest.CaptureFixture[str]) -> None:
    table(("what", "unit"), [("街道", "one"), ("grid", "two")])
    lines = capsys.readouterr().out.splitlines()
    assert [width(line.rpartition("  ")[0]) for line in lines] == [4, 4, 4]


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "yes"), (False, "no"), (None, "none"), (1234567, "1,234,567"), (0.25, "0.25"), (1e6, "1,000,000"), ("grid", "grid")],
)
def test_numbers_are_told_as_readers_expect(value: Any, words: str) -> None:
    assert number(value) == words


def test_output_that_the_terminal_cannot_show_is_escaped_not_fatal() -> None:
    done = command("describe", "settings", "world", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u8857\\u9053" in done.stdout
