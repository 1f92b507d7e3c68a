"""Couriers: they see what lies in the open on their rounds, and report it where they can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..world.world import World


@dataclass(frozen=True, slots=True)
class CouriersSettings:
    """What couriers see, and how readily they report it."""

    watchfulness: float = setting(
        7.5, unit="ratio", low=0.0, high=1000.0, prior=loguniform(3.7, 16.0),
        meaning="how much more readily a courier reports what there is to see than an ordinary resident who passes as often",
        source="A3: 1.1 to 1.6 reports per courier and year against 0.1 to 0.3 per ordinary resident",
    )  # fmt: skip
    passes: float = setting(
        1.0, unit="compounds per day", low=0.0, high=100.0, prior=loguniform(0.3, 3.0),
        meaning="compounds that a courier sees in a day as a resident does who passes there, spread over the round",
        source="no evidence",
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
        (
            "hazard of an issue outside homes = sum over couriers who ride through its compound of reporting.rate x watchfulness "
            "x passes / compounds of the round x (1 + (station_ratio - 1) belonging)"
        ),
        "reports per courier and year = 365 x reporting.rate x watchfulness x passes x open issues per compound",
    )
    without: ClassVar[str] = "couriers report nothing, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("couriers", "belonging of couriers")
    writes: ClassVar[tuple[str, ...]] = ("rides of couriers",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S52", "S58", "S59")
    Settings: ClassVar[type] = CouriersSettings

    def __init__(self, world: World, settings: CouriersSettings, on: bool) -> None:
        s = settings
        self.on = on and world.levers.courier_reports
        self.strength = world.uncertainties["reporting"].rate * s.watchfulness * s.passes
        self.station_ratio = s.station_ratio

    def step(self, world: World) -> None:
        """Ride today's rounds."""
        if self.on:
            _ride(world.couriers, world.rides, self.strength, self.station_ratio)
