"""What is looked at before any work starts: the number of processes, every config, every world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ConfigError
from .design import Arm
from .simulate import with_seed


def checked_processes(processes: int | None) -> int:
    """Return how many runs go on at the same time (0 is one per processor), or refuse the number."""
    if processes is None:
        return 0
    if isinstance(processes, bool) or not isinstance(processes, int) or not 1 <= processes <= 1024:
        raise ConfigError(f"processes = {processes!r} must be a whole number from 1 to 1024")
    return processes


def checked_configs(arms: Sequence[Arm], base_seed: int) -> list[dict[str, Any]]:
    """Return the composed config of every arm; the first setting that cannot be used is refused."""
    from ..config import compose  # slow to import, and not needed when the caller has the configs

    configs = [compose(arm.overrides) for arm in arms]
    check_worlds(configs, base_seed)
    return configs


def check_worlds(configs: Sequence[Mapping[str, Any]], seed: int) -> None:
    """Refuse the first config that makes no scenario, or whose world cannot be built as asked; equal layouts are tried once."""
    from ..config import scenario
    from ..world.build import check_buildable

    built = set()
    for config in configs:
        s = scenario(with_seed(config, seed))
        layout = (s.world, s.levers.partition, s.levers.upper_heads, s.timeline)
        if layout not in built:
            check_buildable(s.world, s.levers, seed, s.timeline)
            built.add(layout)
