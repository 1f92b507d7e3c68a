"""A published study run again, on the real model in its smallest world: a match, and everything that is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.cli import BAD_INPUT, FAILED, OK, main
from cocreate_sim.errors import OutputError
from cocreate_sim.study import reproduce as again
from cocreate_sim.study.compare import compare
from cocreate_sim.study.run import run_one

pytestmark = pytest.mark.slow

WORDS = ["world=tiny", "run.weeks=6", "run.burn_in_weeks=2", "policies=before_2022,posts_72", "replicates=3", "seed=7"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compare(WORDS, tmp_path_factory.mktemp("study") / "s", 1)


@pytest.fixture
def published(study: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "experiments" / "posts"
    folder.mkdir(parents=True)
    again.publish(folder, study)
    return folder


def change(folder: Path, old: str, new: str, name: str = again.NOTE) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_same_rules_give_every_digit(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", str(published), "processes=1"]) == OK
    out = capsys.readouterr().out
    assert "posts_72 minus before_2022" in out
    assert "3 replicates: of 39 numbers 39 equal." in out
    assert out.endswith("It matches what was published.\n")


def test_a_changed_number_is_found(published: Path, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.read_csv(published / again.TABLE)
    at = table.index[(table["outcome"] == "participation_week") & (table["arm"] == "posts_72")][0]
    table.loc[at, "value"] *= 1.0001
    table.to_csv(published / again.TABLE, index=False)
    assert main(["reproduce", str(published), f"study={study}", "--quiet"]) == FAILED
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[:2] == ["participation_week", "posts_72"]
    assert lines[1].endswith("differs")


def test_other_rules_are_given_a_tolerance(published: Path, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = again.here()["code"]
    change(published, code, "f" * 16)
    table = pd.read_csv(published / again.TABLE)
    far = table.index[table["outcome"] == "wait_mean_days"]
    table.loc[far[0], "value"] += 1e-9
    table.loc[far[1], "value"] += 1000
    table.to_csv(published / again.TABLE, index=False)
    assert main(["reproduce", str(published), f"study={study}", "--json"]) == FAILED
    told = json.loads(capsys.readouterr().out)
    assert not told["exact"]
    assert told["why_not_exact"] == f"other rules of the model or numeric packages (published {'f' * 16}, here {code})"
    waits = [row["verdict"] for row in told["numbers"] if row["outcome"] == "wait_mean_days"]
    assert waits == ["within tolerance", "differs", "equal"]
    assert {row["verdict"] for row in told["numbers"] if row["outcome"] != "wait_mean_days"} == {"equal"}
    change(published, "machine: ", "machine: not-")
    assert "another processor" in again.judge(again.read_expected(published), again.load_study(study)).reason


def test_a_quicker_look_asks_for_the_tolerance_only(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept"
    assert main(["reproduce", str(published), "--replicates", "2", "processes=1", f"out={kept}"]) == OK
    out = capsys.readouterr().out
    assert "Digits cannot be compared: 2 replicates instead of 3." in out
    assert "within tolerance" in out
    assert json.loads((kept / "manifest.json").read_text(encoding="utf-8"))["replicates"] == 2


def test_publishing_says_how_the_numbers_were_made(published: Path, study: Path) -> None:
    expected = again.read_expected(published)
    assert expected.words == WORDS
    assert (expected.replicates, expected.code, expected.tolerance) == (3, again.here()["code"], again.TOLERANCE)
    stored = pd.read_csv(published / again.TABLE).fillna({"reference": ""})
    pd.testing.assert_frame_equal(stored, again.numbers(again.load_study(study)), check_exact=True, check_dtype=False)


def test_only_a_finished_comparison_can_be_published(published: Path, study: Path, tmp_path: Path) -> None:
    before = (published / again.TABLE).read_bytes()
    cut = tmp_path / "cut"
    shutil.copytree(study, cut)
    manifest = json.loads((cut / "manifest.json").read_text(encoding="utf-8"))
    (cut / "manifest.json").write_text(json.dumps(manifest | {"status": "stopped"}), encoding="utf-8")
    run = run_one(["world=tiny", "run.weeks=2", "run.burn_in_weeks=1"], tmp_path / "run")
    for folder, said in ((cut, "stopped, 0 failed"), (run, r"cannot be published \(run"), (tmp_path / "none", "holds no study")):
        with pytest.raises(OutputError, match=said):
            again.publish(published, folder)
    assert (published / again.TABLE).read_bytes() == before


def test_files_that_others_lack_must_be_published_too(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "experiments" / "mine"
    folder.mkdir(parents=True)
    made = tmp_path / "made"
    shutil.copytree(study, made)
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))

    def asked(word: str) -> None:
        (made / "manifest.json").write_text(json.dumps(manifest | {"command": f"cocreate compare {word}"}), encoding="utf-8")
        again.publish(folder, made)

    for word in ("config_dir=mine", f"config_dir={folder}", "world=tiny,place.yaml", "worlds=results/worlds.csv"):
        with pytest.raises(OutputError, match=f"its command needs {word}, which others do not have"):
            asked(word)
    asked("config_dir=experiments/mine/configs world=tiny worlds=experiments/mine/worlds.csv")


def test_a_study_that_chose_its_own_replicates_is_not_published(published: Path, study: Path, tmp_path: Path) -> None:
    """Numbers from a study that went on until they were narrow are not those of one of as many replicates."""
    chosen = tmp_path / "chosen"
    shutil.copytree(study, chosen)
    manifest = json.loads((chosen / "manifest.json").read_text(encoding="utf-8"))
    until = {"outcome": "participation_week", "half_width": 0.1, "most": 9, "first": 3}
    (chosen / "manifest.json").write_text(json.dumps(manifest | {"until": until}), encoding="utf-8")
    with pytest.raises(OutputError, match=r"replicates=3 and another run\.seed"):
        again.publish(published, chosen)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: ", "cod: ", ["cod is not known", "did you mean 'code'?", "expected.yaml"]),
        ("replicates: 3", "replicates: three", ["replicates = 'three' must be a whole number above 0", "expected.yaml"]),
        ("tolerance: 6.0", "tolerance: -1", ["tolerance = -1.0 must be a number above 0"]),
        ("tolerance: 6.0", "", ["tolerance = None"]),
        ("cocreate compare", "rm -r", ["command = ", "must be `cocreate compare ...`"]),
        ("version: ", "version: '", ["expected.yaml cannot be read"]),
        ("outcome,", "outcom,", ["expected.csv, line 1: the column outcome is missing", "did you mean 'outcom'?"]),
        (",3,", ",x,", ["expected.csv, line 2: replicates = 'x' is not a number"]),
    ],
)
def test_a_damaged_publication_is_refused(
    published: Path, old: str, new: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(published, old, new, again.TABLE if "expected.csv" in said[0] else again.NOTE)
    assert main(["reproduce", str(published)]) == BAD_INPUT
    told = capsys.readouterr().err
    assert all(text in told for text in said), told


def test_a_number_that_stands_there_twice_is_refused(published: Path) -> None:
    lines = (published / again.TABLE).read_text(encoding="utf-8").splitlines()
    (published / again.TABLE).write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(OutputError, match=r"line 41: the number stands there twice"):
        again.read_expected(published)


def test_wrong_folders_and_words_are_refused(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = published.with_name("post")
    empty = published.with_name("empty")
    empty.mkdir()
    for words, said in (
        ([str(wrong)], [f"{wrong} is not a folder", f"did you mean '{published}'?"]),
        ([str(empty)], ["holds no numbers to compare with: expected.yaml and expected.csv missing", "publish=STUDY"]),
        ([], ["name one folder of a published study"]),
        ([str(published), "replicate=2"], ["replicate is not known", "allowed here: out, processes, publish, study"]),
        ([str(published), "processes=two"], ["processes = 'two' must be a whole number"]),
        ([str(published), "study=here", "out=there"], ["publish=STUDY and study=STUDY run nothing"]),
        ([str(published), "--replicates", "-1"], ["--replicates -1 is not possible"]),
        ([str(published), f"study={empty}"], ["holds no study"]),
    ):
        assert main(["reproduce", *words]) == BAD_INPUT
        told = capsys.readouterr().err
        assert all(text in told for text in said), told
    (published / again.TABLE).unlink()
    assert main(["reproduce", str(published)]) == BAD_INPUT
    assert "expected.csv missing" in capsys.readouterr().err


def test_publishing_from_the_command_line(published: Path, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (published / again.NOTE).unlink()
    assert main(["reproduce", str(published), f"publish={study}"]) == OK
    assert "expected.csv and " in capsys.readouterr().out
    assert main(["reproduce", str(published), f"study={study}"]) == OK
