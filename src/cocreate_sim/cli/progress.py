"""How far the work is and how long it will take: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

BAR = 30
REDRAW_SECONDS = 0.1
LINE_SECONDS = 10.0


def duration(seconds: float) -> str:
    """Return a time span in words.

    >>> duration(75)
    '1 min 15 s'
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def per_minute(seconds: float) -> str:
    """Return how many a minute, when each takes so many seconds.

    >>> per_minute(0.05)
    '1,200'
    """
    return f"{float(f'{60.0 / seconds:.2g}'):,.10g}"


class Progress:
    """Called with what is done and what there is to do; writes to stderr, so that results can be piped.

    Parameters
    ----------
    what
        The things that are counted, such as "runs" or "weeks".
    quiet
        Write nothing at all.
    """

    def __init__(
        self, what: str, quiet: bool = False, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.what = what
        self.quiet = quiet
        self.stream = sys.stderr if stream is None else stream
        self.clock = clock
        self.told = self.seen = clock()
        self.open = False
        self.failed = self.done = 0
        self.first: tuple[int, float] | None = None
        """How much was done when first told, and when: what came before was getting ready, and says nothing of the pace."""
        self.began: float | None = None
        """When counting began, where it is known: a second stage begins when the first is done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __call__(self, done: int, total: int, failed: int = 0) -> None:
        """Say that ``done`` of ``total`` are done, and how many of them failed."""
        if self.quiet:
            return
        self.failed = failed
        now = self.clock()
        if done < self.done:  # a second stage counts anew
            self.first, self.began = None, self.seen
        if self.first is None:
            self.first = (done, now)
        self.done, self.seen = done, now
        if self.stream.isatty():
            if not self.open or done >= total or now - self.told >= REDRAW_SECONDS:
                self._draw(done, total, now)
                self.open = True
        elif now - self.told >= LINE_SECONDS:
            self._write(f"{self._words(done, total, now)}\n", now)

    def _draw(self, done: int, total: int, now: float) -> None:
        """Write the bar over the one before."""
        self._write(f"\r{self._bar(done, total, now)}\033[K", now)

    def _bar(self, done: int, total: int, now: float) -> str:
        filled = BAR * done // max(total, 1)
        return f"[{'#' * filled}{'.' * (BAR - filled)}] {self._words(done, total, now)}"

    def _words(self, done: int, total: int, now: float) -> str:
        left = ""
        if self.first is not None and done < total:
            before, since = self.first if self.first[0] < done or self.began is None else (0, self.began)
            pace = (now - since) / max(done - before, 1)
            left = f", {per_minute(pace)} a minute, about {duration(pace * (total - done))} left" if pace > 0 else ""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{done} of {total} {self.what}{failed}{left}"

    def _write(self, text: str, now: float) -> None:
        self.stream.write(text)
        self.stream.flush()
        self.told = now

    def close(self) -> None:
        """End the line of the bar."""
        if self.open:
            self.stream.write("\n")
            self.stream.flush()
            self.open = False
