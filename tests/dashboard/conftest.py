"""What the tests of the page share: worlds and policies to choose from, runs, a page that is served, and Chromium."""

from __future__ import annotations

import os
import shutil
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

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Names lead nowhere in this browser: what is asked outside is refused."""


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian, Ubuntu: apt-get install chromium fonts-noto-cjk)")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", NOWHERE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of screenshots: that of the variable COCREATE_SCREENSHOTS, or a temporary one."""
    named = os.environ.get("COCREATE_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def context(chromium: Any) -> Iterator[Any]:
    """A browser that remembers nothing of other tests."""
    found = chromium.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    yield found
    found.close()


@pytest.fixture
def tab(context: Any, address: str, screenshots: Path) -> Iterator[Watched]:
    """A tab of the page; in the end, nothing was complained about and nobody outside was asked."""
    watched = Watched(context.new_page(), address, screenshots)
    yield watched
    watched.check()
