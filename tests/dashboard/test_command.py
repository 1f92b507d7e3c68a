"""``cocreate dashboard``: what is typed is checked first, the page is there until Ctrl-C, and others are let in only when asked."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from cocreate_sim.cli import BAD_INPUT, STOPPED, main
from cocreate_sim.dashboard.serve import Address, is_loopback

REFUSED = {
    "port=high": "port = 'high' is not a port; allowed: a whole number from 1 to 65535",
    "port=70000": "port = 70000 is not a port",
    "port=true": "port = True is not a port",
    "port=1,2": "port takes one value",
    "prot=80": "prot is not for `cocreate dashboard`; did you mean 'port'?",
    "levers.posts=72": "levers are moved on the page",
    "world=tyni": "world = 'tyni' is not known; did you mean 'tiny'?",
    "world=wuhan": "'wuhan' has 4,082,533 family households, and the page runs at most 40,000",
    "world=none.yaml": "world = 'none.yaml' is not a file",
    "config_dir=/nowhere": "config_dir = '/nowhere' is not a folder",
    "host=no.such.name.invalid": "host = 'no.such.name.invalid' is not known",
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_cannot_be_served_is_refused_before_anything_is_loaded(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashboard", word]) == BAD_INPUT
    told = capsys.readouterr()
    assert REFUSED[word] in told.err
    assert told.out == ""


def test_a_port_that_is_taken_is_refused_with_the_next_free_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["dashboard", f"port={port}"]) == BAD_INPUT
    told = capsys.readouterr().err
    assert f"port {port} of 127.0.0.1 cannot be used" in told
    assert "is free" in told


def test_a_machine_without_dash_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["dashboard"]) == BAD_INPUT
    assert "pip install 'cocreate-sim[dashboard]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("::", False),
        ("x", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, ours: bool) -> None:
    assert is_loopback(host) == ours


def test_an_address_can_be_typed_into_a_browser() -> None:
    assert Address("127.0.0.1", 8050).url == "http://127.0.0.1:8050/"
    assert Address("::1", 8050).url == "http://[::1]:8050/"


@pytest.mark.compiled
@pytest.mark.slow
def test_the_page_is_there_until_ctrl_c(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "cocreate_sim.cli", "dashboard", "port=0", "host=localhost", "--json", "--quiet"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = ""
        while not told.endswith("}\n"):
            told += process.stdout.readline()
        url = json.loads(told)["url"]
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert b"cocreate" in answer.read()
        foreign = urllib.request.Request(url, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(foreign, timeout=30)
        assert error.value.code == 403
        error.value.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == STOPPED
        assert process.stderr.read() == "cocreate: the page is closed\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.compiled
@pytest.mark.slow
def test_whoever_lets_others_in_is_told_what_that_means() -> None:
    words = [sys.executable, "-m", "cocreate_sim.cli", "dashboard", "port=0", "host=0.0.0.0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        told = process.stderr.read()
    assert line.startswith("The page is at http://0.0.0.0:")
    assert "Everybody who reaches 0.0.0.0 can start runs on this machine: there is no password." in told
