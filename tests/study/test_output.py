"""The folder of results: claimed once, refused when it cannot be used, never holding half a file."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pytest

from cocreate_sim.disk import write_file
from cocreate_sim.errors import OutputError
from cocreate_sim.study import lock
from cocreate_sim.study.lock import release
from cocreate_sim.study.output import prepare, write_csv, write_json, write_table, write_text


def test_a_new_folder_is_made_with_its_parents_and_given_back(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "a" / "b")
    assert folder.is_dir()
    release(folder)
    assert not folder.exists()


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        prepare(tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be written to"):
        prepare(tmp_path / "file" / "below")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty"):
        prepare(tmp_path / "full")
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"


def test_a_folder_is_claimed_by_one_study_only(tmp_path: Path) -> None:
    prepare(tmp_path / "a")
    with pytest.raises(OutputError, match="is being used by another study"):
        prepare(tmp_path / "a")
    release(tmp_path / "a")
    release(prepare(tmp_path / "a"))


def test_the_claim_of_a_process_that_was_killed_holds_nobody_back(tmp_path: Path) -> None:
    take = "import os, signal, sys; from cocreate_sim.study.output import prepare; prepare(sys.argv[1]); "
    alive = subprocess.Popen([sys.executable, "-c", take + "print('here', flush=True); input()", str(tmp_path / "a")],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert alive.stdout is not None
    assert alive.stdout.readline() == b"here\n"
    assert lock.in_use(tmp_path / "a")
    with pytest.raises(OutputError, match=rf"another process \({alive.pid}\)"):
        lock.claim(tmp_path / "a")
    alive.kill()
    alive.communicate()
    assert not lock.in_use(tmp_path / "a")
    release(prepare(tmp_path / "a"))


def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="cannot be written to: Read-only file system"):
        prepare(tmp_path / "a")


def test_nobody_can_work_on_a_study_in_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *rest: Any, **named: Any) -> BinaryIO:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="cannot be written to: Read-only file system"):
        lock.claim(tmp_path)


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")

    def half(stream: BinaryIO) -> None:
        stream.write(b"ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"a\.txt cannot be written: No space left on device"):
        write_file(path, half)
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_at_any_step_leaves_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def crash(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", crash) if step == "fsync" else monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OutputError, match="Input/output error"):
        write_text(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_tables_and_json_come_back_as_they_were(tmp_path: Path) -> None:
    table = pd.DataFrame({"arm": ["a", "b"], "x": [0.1, float("nan")]})
    pd.testing.assert_frame_equal(pd.read_parquet(write_table(tmp_path / "t.parquet", table)), table)
    assert write_csv(tmp_path / "t.csv", table).read_text() == "arm,x\na,0.1\nb,\n"
    assert write_json(tmp_path / "m.json", {"label": "小區"}).read_text(encoding="utf-8") == '{\n "label": "小區"\n}\n'
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "bad.json", {"x": float("nan")})
    assert not (tmp_path / "bad.json").exists()
