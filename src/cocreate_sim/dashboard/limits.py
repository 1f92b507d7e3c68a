"""What one page may ask of this machine: how many runs, how large a world, how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError

MOST_POLICIES = 4
"""Policies beside the baseline."""
LARGEST = 40_000
"""Family households of the largest world: a subdistrict has 28,000, Nanhu 33,138."""
LONGEST = 260
"""Weeks of the longest horizon."""
MOST_REPEATS = 20
MOST_WAITING = 200
"""Runs that may wait or run at the same time, of all pages together."""
KEPT = 600
"""Finished runs that are kept for whoever asks again (about 0.1 MB each)."""
ASIDE = 30.0
"""Seconds after which a run that no page asks for any more is given up."""
LONGEST_ADDRESS = 4000
"""Characters of the part of the address behind the question mark."""


def check_size(world: Mapping[str, Any]) -> None:
    """Refuse a world that would keep the page waiting for minutes."""
    if int(world["households"]) > LARGEST:
        raise ConfigError(
            f"world {world['name']!r} has {world['households']:,} family households, and the page runs at most {LARGEST:,}; "
            "run it with `cocreate run` or `cocreate compare`"
        )
