"""Ctrl-C that cannot get lost: raised inside a library that asks whether an attribute exists, Python prints and forgets it."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


class CtrlC:
    """Remembers Ctrl-C while work goes on, for :meth:`check` between two steps of it.

    Where something else handles or ignores Ctrl-C, or outside the main thread, everything stays as it is.
    """

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> CtrlC:
        main = threading.current_thread() is threading.main_thread()
        self._ours = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._remember)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _remember(self, _: int, __: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt when Ctrl-C was pressed and got lost."""
        if self.asked:
            raise KeyboardInterrupt
