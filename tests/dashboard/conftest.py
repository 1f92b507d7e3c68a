"""What the tests of the page share: worlds and policies to choose from, runs, and a page that is served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dash", reason="Dash is not installed: pip install 'cocreate-sim[dashboard]'")

from cocreate_sim.dashboard.places import Places
from cocreate_sim.dashboard.runs import Runs
from cocreate_sim.dashboard.serve import served
from cocreate_sim.warming import warm_up

from .sight import Watched


@pytest.fixture
def places() -> Places:
    """The worlds and policies that ship."""
    return Places()


@pytest.fixture
def runs() -> Iterator[Runs]:
    """Runs in two threads."""
    found = Runs(at_once=2)
    yield found
    found.close()


@contextmanager
def page_of(places: Places) -> Iterator[str]:
    """Serve a page from a thread and give its address."""
    with served(places, port=0) as (address, serve, stop):
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield address.url
        finally:
            stop()
            thread.join(timeout=10)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a page that is served for all tests, with every loop loaded as the command does it."""
    warm_up()
    with page_of(Places()) as url:
        yield url


@pytest.fixture
def tab(context: Any, address: str, screenshots: Path) -> Iterator[Watched]:
    """A tab of the page; in the end, nothing was complained about and nobody outside was asked."""
    watched = Watched(context.new_page(), address, screenshots)
    yield watched
    watched.check()
