"""A tab of the page as the tests see it: what a planner does and sees, and what the browser complained about."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

COLD = 600
"""Seconds that the first run may take, which compiles the model on a new machine."""
SLOW = 120_000
"""Milliseconds that anything may take on a busy machine."""
LINES = ".charts .card:first-child .scatterlayer path.js-line"


class Watched:
    """A tab; notes errors of the browser's console and every request that leaves this machine."""

    def __init__(self, page: Any, address: str, folder: Path) -> None:
        self.page, self.address, self.folder = page, address, folder
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        page.set_default_timeout(SLOW)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", f"blob:{self.address}")):
            self.outside.append(url)

    def check(self) -> None:
        """Nothing was complained about, nobody outside was asked, and no window was opened by a script."""
        found = [*self.complaints, *self.outside, *self.dialogs]
        assert not found, "\n".join(found)

    def open(self, query: str = "") -> Watched:
        """Open the page and wait for its first curve."""
        self.page.goto(self.address + query)
        self.page.wait_for_selector(LINES)
        return self

    def complete(self) -> Watched:
        """Wait until every run is complete, and drawn from end to end."""
        self.page.wait_for_function(
            "() => { const s = [...document.querySelectorAll('#status span')].map(e => e.textContent);"
            " const weeks = Number(document.querySelector('#week [role=slider]').getAttribute('aria-valuemax'));"
            " const lines = document.querySelector('.js-plotly-plot').data;"
            " return lines.length === s.length && lines.every(l => l.y.length === weeks)"
            " && s.every(t => /(: |：)(complete|完成)$/.test(t)); }"
        )
        return self

    def empties(self, found: str) -> list[str]:
        """Wait until a script finds nothing more, and return what it still finds when the time is over."""
        deadline = time.monotonic() + SLOW / 1000
        while (left := self.page.evaluate(found)) and time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
        return list(left)

    def query(self, pattern: str) -> Watched:
        """Wait until the address matches a pattern."""
        self.page.wait_for_function("pattern => new RegExp(pattern).test(decodeURIComponent(location.search))", arg=pattern)
        return self

    def curve(self, card: int, chart: int = 0) -> list[Any]:
        """Return the values of one policy's curve; 0 is the baseline."""
        found: list[Any] = self.page.evaluate(
            "([chart, card]) => { const d = document.querySelectorAll('.charts .js-plotly-plot')[chart].data;"
            " return Array.from(d[d.length - 1 - card].y); }",
            [chart, card],
        )
        return found

    def number(self, name: str, card: int = 1) -> Any:
        """Return the box of a lever that is a number."""
        return self.page.locator(f'input[id=\'{{"card":{card},"name":"{name}","what":"number"}}\']')

    def slider(self, name: str, card: int = 1) -> Any:
        """Return the handle of a lever's slider."""
        return self.page.locator(f'[id=\'{{"card":{card},"name":"{name}","what":"slider"}}\'] [role=slider]').first

    def choose(self, name: str, option: str, card: int = 1) -> None:
        """Choose an option of a list; ``name`` is the identity of the list as the page has it.

        A choice before may build the page anew just now, which closes the list: then it is opened again, as anybody would.
        """
        from playwright.sync_api import TimeoutError as NotThere  # only those who drive a browser have it

        asked = self.page.locator(f"[id='{name.replace('CARD', str(card))}']")
        wanted = self.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first
        for _ in range(5):
            if not wanted.is_visible():
                asked.click()
            try:
                wanted.click(timeout=SLOW / 10)
                return
            except NotThere:
                continue
        raise AssertionError(f"{option} is not among the options of {name}")

    def messages(self) -> str:
        """Return what the reader is told."""
        text: str = self.page.locator("#messages").inner_text()
        return text

    def shot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        path = self.folder / f"{name}.png"
        self.page.screenshot(path=str(path), full_page=True)
        return path
