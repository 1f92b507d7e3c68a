"""Ctrl-C is heeded even when a library swallows it."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress

import pytest

from cocreate_sim.study.ctrl_c import CtrlC


def press() -> None:
    """Press Ctrl-C where a library catches and forgets whatever is raised."""
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # the signal arrives between two steps of Python
            pass


def test_what_got_lost_is_raised_at_the_next_check() -> None:
    with CtrlC() as ctrl_c:
        ctrl_c.check()
        press()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.check()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_still_interrupts_at_once() -> None:
    with CtrlC(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with CtrlC() as ctrl_c:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGINT)
            ctrl_c.check()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_signals_alone() -> None:
    problems: list[BaseException] = []

    def work() -> None:
        try:
            with CtrlC() as ctrl_c:
                ctrl_c.check()
        except BaseException as error:  # noqa: BLE001
            problems.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert problems == []
