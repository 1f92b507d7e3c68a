"""Couriers: they see what lies in the open on their rounds, and report it where they can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..world.couriers import rounds
from ..world.issues import BEYOND, STAIR
from ..world.world import World


@dataclass(frozen=True, slots=True)
class CouriersSettings:
    """What couriers see, and how readily they report it."""

    reports_per_year: float = setting(
        1.35, unit="reports per courier and year", low=0.0, high=10_000.0, prior=uniform(1.1, 1.7),
        meaning="issues that a courier reports where as many lie in the open as residents alone would leave unreported",
        source="A3: 100 couriers with 156 reports, 1.1 to 1.6 a year each; 1.7 per watcher and year",
    )  # fmt: skip
    station_ratio: float = setting(
        1.5, unit="ratio", low=1.0, high=10.0, prior=uniform(1.0, 2.0),
        meaning="how much more readily couriers report whose station has given them full belonging", source="F11; no evidence",
    )  # fmt: skip


@kernel
def _ride(couriers, rides, strength, station_ratio):
    """Weigh every courier, and add up those who ride through each compound, in the order of their identities."""
    for k in range(couriers.number.shape[0]):
        rides.weight[k] = strength / couriers.compounds[k] * (1.0 + (station_ratio - 1.0) * couriers.belonging[k])
    for compound in range(rides.hazard.shape[0]):
        total = 0.0
        for at in range(rides.first[compound], rides.first[compound + 1]):
            total += rides.weight[rides.who[at]]
        rides.hazard[compound] = total


class Couriers:
    """Couriers ride their rounds; with the lever they can report what residents have not reported yet."""

    name: ClassVar[str] = "couriers"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "Couriers see what is wrong in stairs and in the open on their rounds, and may report it before a resident does; "
        "they do so more readily where a station has made them feel they belong."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "hazard of an issue outside homes = sum over couriers who ride through its compound of r / compounds of the round",
        "r = reports_per_year / 365 / L (1 + (station_ratio - 1) belonging)",
        "L = issues outside homes that residents, at neutral trust and without heads, leave open in a mean compound of a round",
    )
    without: ClassVar[str] = "couriers report nothing, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("couriers", "belonging of couriers", "chance of a report by residents")
    writes: ClassVar[tuple[str, ...]] = ("rides of couriers",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S52", "S58", "S59")
    Settings: ClassVar[type] = CouriersSettings

    def __init__(self, world: World, settings: CouriersSettings, on: bool) -> None:
        self.on, self.settings = on, settings
        self.strength: float | None = None
        self.rides_here = rounds(world.couriers, world.places)

    def _strength(self, world: World) -> float:
        """Reports of one courier per day and open issue, if the round were one compound; set before any report is made."""
        arrivals, reporting = world.uncertainties["arrivals"], world.uncertainties["reporting"]
        left = np.zeros(len(world.households.id))
        for scope in range(STAIR, BEYOND + 1):
            left += arrivals.scope_shares[scope] * (1.0 - world.report_chance[:, scope])
        unreported = np.bincount(world.households.compound, left, len(world.places.compounds.first))
        seen = 0.0
        for ridden in self.rides_here:
            there = 0.0
            for compound in ridden:
                there += float(unreported[compound])
            seen += there / len(ridden)
        stock = arrivals.rate / 365.0 * reporting.lapse_days * seen / max(len(self.rides_here), 1)
        return float(self.settings.reports_per_year / 365.0 / stock) if stock > 0.0 else 0.0

    def step(self, world: World) -> None:
        """Ride today's rounds."""
        if not (self.on and world.levers.courier_reports):
            world.rides.hazard[:] = 0.0
            return
        if self.strength is None:
            self.strength = self._strength(world)
        _ride(world.couriers, world.rides, self.strength, self.settings.station_ratio)
