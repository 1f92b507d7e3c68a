"""Couriers ride through compounds, and may be the first to report what they see there."""

from __future__ import annotations

from typing import Any

import mesa

from cocreate_sim.world.world import World

from .agents import Compound, Office

COURIER_KEY = 1 << 24


class Courier(mesa.Agent):
    """Somebody who rides through the same compounds every day, and is at home elsewhere."""

    def __init__(self, model: mesa.Model, subdistrict: Office, number: int, employer: int) -> None:
        super().__init__(model)
        self.subdistrict = subdistrict
        self.number = number
        self.employer = employer
        self.round: list[Compound] = []
        self.belonging = 0.0
        self.weight = 0.0

    @property
    def identity(self) -> int:
        """The number by which the log knows them."""
        return self.subdistrict.place * COURIER_KEY + self.number


def settle(model: Any, world: World) -> None:
    """Send the built couriers on their rounds: so many compounds of the subdistrict from a first one on, in a circle."""
    subdistricts = [o for o in model.offices if not o.is_community]
    model.couriers = []
    for row in world.couriers:
        courier = Courier(model, subdistricts[row.subdistrict], int(row.number), int(row.employer))
        own = [c for c in model.compounds if c.households[0].subdistrict is courier.subdistrict]
        at = own.index(model.compounds[row.start])
        courier.round = [own[(at + k) % len(own)] for k in range(row.compounds)]
        for compound in courier.round:
            compound.couriers.append(courier)
        model.couriers.append(courier)


def ride(model: Any) -> None:
    """What couriers would report today of one issue in each compound, if they can report at all."""
    if not (model.is_on("couriers") and model.levers.courier_reports):
        return
    s = model.settings["couriers"]
    strength = model.settings["reporting"].rate * s.watchfulness * s.passes
    for courier in model.couriers:
        courier.weight = strength / len(courier.round) * (1.0 + (s.station_ratio - 1.0) * courier.belonging)
    for compound in model.compounds:
        compound.passing = 0.0
        for courier in compound.couriers:
            compound.passing += courier.weight


def who_passes(compound: Compound, u: float) -> Courier:
    """The courier whose turn it is, by weight."""
    passed = 0.0
    for courier in compound.couriers[:-1]:
        passed += courier.weight
        if passed > u * compound.passing:
            return courier
    return compound.couriers[-1]
