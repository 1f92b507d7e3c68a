"""The worlds and policies that a page may choose from: those that ship, and those the person who started it named."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..config import compose, options, write
from ..config.sources import folders
from ..config.userfiles import loader
from ..errors import ConfigError, nearest
from ..policy import BASE
from ..world.settings import WorldSettings
from . import limits
from .levers import word

FIRST_WORLD = "huajin"
SECOND_POLICY = "small_units"

_composing = threading.Lock()
"""Hydra keeps one composer for the whole process."""


@lru_cache(maxsize=512)
def composed(words: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the complete, checked settings that words select; pages ask in several threads, for the same again and again."""
    with _composing:
        return compose(words)


@lru_cache(maxsize=512)
def own_words(group: str, name: str, own: str | None) -> Mapping[str, Any]:
    """Return what the file of an option says itself; composing all options would keep a page waiting for seconds."""
    import yaml

    path = next(
        folder / group / f"{name}.yaml" for folder in reversed(folders(own)) if (folder / group / f"{name}.yaml").is_file()
    )
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader())
    return content if isinstance(content, Mapping) else {}


@dataclass(frozen=True)
class Places:
    """What a page may choose from; nothing that a browser sends can name a file.

    Parameters
    ----------
    own_world
        A file ``NAME.yaml`` that the person who starts the page named.
    own
        A folder of configs of one's own.
    """

    own_world: str | None = None
    own: str | None = None
    _words: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", () if self.own is None else (write("config_dir", self.own),))

    @property
    def first(self) -> str:
        """The world that is shown at first."""
        return self.own_world or FIRST_WORLD

    @property
    def base(self) -> str:
        """The policy that others are compared with at first."""
        return BASE

    @property
    def second(self) -> str:
        """The policy that stands beside it at first."""
        return SECOND_POLICY

    @property
    def start(self) -> str:
        """The day on which the horizon begins."""
        return str(self.settings(self.first, [])["run"]["start"])

    def worlds(self) -> list[str]:
        """Return the names of the worlds, those too large for the page too."""
        names = options("world", self.own)
        by_size = sorted(names, key=lambda name: (self.households(name), name))
        return [*([self.own_world] if self.own_world and self.own_world not in names else []), *by_size]

    def households(self, world: str) -> int:
        """Return how many family households a world has."""
        if world == self.own_world:
            return int(self.world_settings(world)["households"])
        return int(own_words("world", world, self.own).get("households") or WorldSettings().households)

    def world_settings(self, name: str) -> Mapping[str, Any]:
        """Return the settings of a world."""
        world: Mapping[str, Any] = self.settings(name, [])["world"]
        return world

    def policies(self) -> list[str]:
        """Return the names of the policies, the base first, without those that have dates of their own."""
        names = [name for name in options("policy", self.own) if not own_words("policy", name, self.own).get("timeline")]
        return sorted(names, key=lambda name: (name != BASE, name))

    def settings(self, world: str, words: Sequence[str]) -> Mapping[str, Any]:
        """Return the complete settings of a world under the given words."""
        return composed((*self.words(world), *words))

    def words(self, world: str) -> tuple[str, ...]:
        """Return the words that choose a world."""
        return (*self._words, f"world={world}" if world == self.own_world else word("world", world))

    def policy_settings(self, name: str) -> Mapping[str, Any]:
        """Return the settings of a policy as it ships."""
        return composed((*self._words, write("world", "tiny"), write("policy", name)))

    def levers(self, policy: str) -> Mapping[str, Any]:
        """Return the levers of a policy as it ships."""
        found: Mapping[str, Any] = self.policy_settings(policy)["levers"]
        return found

    def label(self, policy: str) -> str:
        """Return the label of a policy."""
        said = own_words("policy", policy, self.own).get("policy")
        return str((said if isinstance(said, Mapping) else {}).get("label") or policy.replace("_", " "))

    def world(self, name: str) -> str:
        """Return the name of a world that the page may run, or refuse it."""
        allowed = self.worlds()
        if name not in allowed:
            raise ConfigError(f"world = {name[:60]!r} is not known{nearest(name, allowed)}; allowed: {', '.join(allowed)}")
        limits.check_size(self.world_settings(name))
        return name

    def policy(self, name: str) -> str:
        """Return the name of a policy that the page may run, or refuse it."""
        allowed = self.policies()
        if name not in allowed:
            raise ConfigError(f"policy = {name[:60]!r} is not known{nearest(name, allowed)}; allowed: {', '.join(allowed)}")
        return name
