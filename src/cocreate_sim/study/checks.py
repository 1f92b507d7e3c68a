"""What is looked at before any work starts: every config, every world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .design import Arm
from .simulate import with_seed


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
