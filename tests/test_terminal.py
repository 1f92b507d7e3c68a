"""The terminal: a chart while a run goes on, quiet and plain where it should be, and words after the Tab key."""

from __future__ import annotations

import io
import math
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cocreate_sim.cli import BAD_INPUT, COMMANDS, OK, main
from cocreate_sim.cli.chart import BLOCKS, PLAIN, LiveChart, sparkline
from cocreate_sim.cli.completion import SHELLS, mechanisms, offers, settings_of
from cocreate_sim.config import options
from cocreate_sim.errors import nearest

RUN = ["run", "world=tiny", "run.weeks=3", "run.burn_in_weeks=1"]
COCREATE = f'cocreate() {{ "{sys.executable}" -m cocreate_sim.cli "$@"; }}'


class Screen(io.StringIO):
    """A terminal that remembers what was written."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self.named = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.named

    def isatty(self) -> bool:
        return True


def drawn(chart: LiveChart, weeks: int = 4) -> str:
    weekly = {"participation_week": [0.01 * k for k in range(1, weeks + 1)], "backlog": [float(k) for k in range(weeks)]}
    for done in range(1, weeks + 1):
        chart.curves(done, weekly)
        chart(done, weeks)
    chart.close()
    assert isinstance(chart.stream, Screen)
    return chart.stream.getvalue()


def test_a_sparkline_goes_from_zero_to_the_largest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8) == BLOCKS
    assert sparkline([7, 7, 7], 3) == "███"
    assert sparkline([0, 0], 2) == "▁▁"
    assert sparkline([math.nan, 1], 2) == " █"
    assert sparkline([], 5) == ""
    assert sparkline([-2, 0, 2], 3) == "▁▅█"
    assert len(sparkline(list(range(1000)), 60)) == 60
    assert sparkline([0, 0, 4, 4], 2) == "▁█"


def test_the_chart_stays_below_the_bar_and_is_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("cocreate_sim.cli.progress.REDRAW_SECONDS", 0.0)
    text = drawn(LiveChart(stream=Screen()))
    last = text.split("\033[2A")[-1]
    assert text.count("\033[2A") == 3, "three lines, and each time back to the first"
    assert [line.replace("\033[K", "").rstrip() for line in last.splitlines()] == [
        "[##############################] 4 of 4 weeks",
        "Participation ▃▅▆█" + " " * 35 + " 4.00 %",
        "Backlog       ▁▃▆█" + " " * 35 + " 3 issues",
    ]
    assert "\033[36m" not in text


def test_colour_marks_the_lines_unless_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\033[36m" in drawn(LiveChart(stream=Screen()))


def test_a_terminal_without_blocks_gets_plain_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = drawn(LiveChart(stream=Screen("ascii")))
    assert text.isascii()
    assert PLAIN[-1] in text.split("Backlog")[-1]


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"TERM": "xterm", "COLUMNS": "30"}])
def test_there_is_no_chart_where_there_is_no_room(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    text = drawn(LiveChart(stream=Screen()))
    assert "Backlog" not in text
    assert "\r[###" in text


def test_quiet_writes_nothing() -> None:
    assert drawn(LiveChart(quiet=True, stream=Screen())) == ""


@pytest.mark.slow
@pytest.mark.compiled
def test_a_run_draws_its_chart_on_a_terminal_and_its_sentences_in_a_pipe(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "cocreate_sim.cli", *RUN, f"out={tmp_path / 'out'}"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end was closed
                break
            if not part:
                break
            seen += part
        assert process.stdout is not None
        told = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == OK
    text = seen.decode()
    assert "4 of 4 weeks" in text
    assert re.search("Participation +[▁-█]{4}", text)
    assert "▁" not in told
    assert "How sure" in told


# the Tab key


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("cocreate ru", ["run"]),
        ("cocreate ", ["run", "compare", "dashboard", "completion"]),
        ("cocreate run world=ti", ["world=tiny"]),
        ("cocreate compare policies=posts_72,before", ["policies=posts_72,before_2022"]),
        ("cocreate compare experiment=sta", ["experiment=staffing", "experiment=stations"]),
        ("cocreate run wor", ["world=", "world."]),
        ("cocreate run levers.pa", ["levers.partition=", "levers.pay="]),
        ("cocreate run levers.staff_rule=", ["levers.staff_rule=cases_first", "levers.staff_rule=protected"]),
        ("cocreate run levers.clubs=t", ["levers.clubs=true"]),
        ("cocreate run switches.cas", ["switches.casework="]),
        ("cocreate run switches.casework=", ["switches.casework=true", "switches.casework=false"]),
        ("cocreate run uncertainties.casew", ["uncertainties.casework."]),
        ("cocreate run --q", ["--quiet"]),
        ("cocreate sweep --time", ["--time-budget"]),
        ("cocreate describe mech", ["mechanism"]),
        ("cocreate describe mechanism casew", ["casework"]),
        ("cocreate completion f", ["fish"]),
    ],
)
def test_the_tab_key_offers_what_may_follow(line: str, some: list[str]) -> None:
    found = offers(line)
    assert set(some) <= set(found)
    assert all(word.startswith(line.split(" ")[-1]) for word in found)


@pytest.mark.parametrize(
    "line", ["", "cocreate rnu ", "cocreate run world=nowhere", "cocreate resume res", "cocreate run levers.no=", "x" * 9]
)
def test_the_tab_key_offers_nothing_where_nothing_is_known(line: str) -> None:
    assert [word for word in offers(line) if word not in COMMANDS and not word.startswith("--")] == []


def test_mechanisms_and_their_settings_are_read_without_loading_them() -> None:
    from cocreate_sim.schedule import MECHANISMS

    assert mechanisms() == sorted(m.name for m in MECHANISMS)
    for mechanism in MECHANISMS:
        assert settings_of(mechanism.name) == list(mechanism.Settings.__dataclass_fields__)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == OK
    assert "cocreate completion words" in capsys.readouterr().out


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bsah"]) == BAD_INPUT
    assert f"'bsah' is not a shell{nearest('bsah', SHELLS)}" in capsys.readouterr().err


def test_bash_completes_behind_an_equals_sign() -> None:
    script = (
        f'{COCREATE}\neval "$(cocreate completion bash)"\ncompopt() {{ :; }}\n'
        'COMP_LINE="cocreate run world=t" COMP_POINT=20\n_cocreate\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [name for name in options("world") if name.startswith("t")]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes() -> None:
    script = (
        f'function cocreate; "{sys.executable}" -m cocreate_sim.cli $argv; end; cocreate completion fish | source; '
        'complete -C "cocreate run world=ti"'
    )
    done = subprocess.run(["fish", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "world=tiny" in done.stdout.split()


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_script() -> None:
    script = f'{COCREATE}\nautoload -Uz compinit; compinit -D -u\neval "$(cocreate completion zsh)"\necho $_comps[cocreate]\n'
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["_cocreate"]
