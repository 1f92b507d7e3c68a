"""What all tests share: no window for figures, and how many random examples Hypothesis tries."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and so would the commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: the first example of a test may have to compile a kernel.
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, database=None, print_blob=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With compilation off (`make coverage`, `make mutants`), leave out the tests that would take minutes then."""
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        slow = [item for item in items if item.get_closest_marker("compiled")]
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)
