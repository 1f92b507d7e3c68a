"""Outcomes of alliances: what couriers, stations, building councils and leaders sent down bring; not a number where none act."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.stations import OPEN
from ..world.world import World
from .catalogue import OUTCOMES
from .measures import ratio

WEEKS_PER_YEAR = 365.0 / 7.0
WEEKLY = tuple(name for name, o in OUTCOMES.items() if o.weekly and o.family == "alliances")

NONE = float("nan")


def acts(world: World, mechanism: str, lever: bool | float) -> bool:
    """Whether a lever is set and its mechanism is on."""
    return bool(lever) and world.switches.get(mechanism, True)


def _sent_down(world: World) -> bool:
    return acts(world, "leaders", world.levers.leaders_sent_down or world.levers.sent_down_units)


def _councils(world: World) -> bool:
    return acts(world, "councils", world.levers.councils)


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Figures of the week that ends today."""
    values = dict.fromkeys(WEEKLY, NONE)
    if acts(world, "couriers", world.levers.courier_reports):
        values["courier_reports"] = n[c.REPORTED_BY_COURIER]
    if _sent_down(world):
        values["money_brokered"] = n[c.YUAN_BROKERED]
    if _councils(world):
        t, needs = world.towers, world.needs
        beside = np.unique(t.community)
        values |= {
            "councils": (t.founded >= 0).sum(), "places_shared": t.places_shared.sum(), "childcare_classes": needs.classes.sum(),
            "favour_balance": ratio((t.given - t.received).sum(), (t.founded >= 0).sum()),
            "cars_served_share": ratio(needs.places.sum(), needs.cars[beside].sum()),
        }  # fmt: skip
    if acts(world, "stations", world.levers.stations):
        is_open, couriers = world.stations.stage == OPEN, world.couriers
        values |= {
            "stations_open": is_open.sum(), "rent_donated": world.stations.rent[is_open].sum() / WEEKS_PER_YEAR,
            "station_cost": n[c.STATION_YUAN], "host_footfall": world.footfall if is_open.any() else 1.0,
        }  # fmt: skip
        if len(couriers):
            values |= {"station_members": (couriers.station >= 0).mean(), "courier_belonging": couriers.belonging.mean()}
    return values


def check(world: World, sums: NDArray[np.float64]) -> list[tuple[str, int, int]]:
    """Pairs of numbers that must be equal in every week, each with its name; ``sums`` are the counters since the start."""
    members = world.couriers.station[world.couriers.station >= 0]
    is_open, t = world.stations.stage == OPEN, world.towers
    return [
        ("members of stations that are not open", int((~is_open[members]).sum()), 0),
        ("favours given and received", int((t.given + t.received).sum()), int(sums[c.FAVOURS_GRANTED])),
        ("shared parking places", int(t.places_shared.sum()), int(world.needs.places.sum())),
        ("shared rooms", int(t.rooms_shared.sum()), int(world.needs.classes.sum())),
        ("towers that share more than they have", int(((t.places_shared > t.parking) | (t.rooms_shared > t.rooms)).sum()), 0),
        ("communities with more places than cars", int((world.needs.places > world.needs.cars).sum()), 0),
        ("stations", int(is_open.sum()), int(sums[c.STATIONS_OPENED] - sums[c.STATIONS_CLOSED])),
    ]


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Figures of the horizon, from its counters added up."""
    reports = n[c.REPORTED_BY_COURIER]
    riding = acts(world, "couriers", world.levers.courier_reports)
    failed_alone = n[c.FAILED_BUILDING] - n[c.FAILED_HELPED]
    sent = _sent_down(world)
    refused = n[c.REFUSED_COST] + n[c.REFUSED_BALANCE] + n[c.REFUSED_RELATIONSHIP]
    asked = n[c.FAVOURS_GRANTED] + refused
    return {
        "favours_asked": asked / years if _councils(world) else NONE,
        "favours_granted_share": ratio(n[c.FAVOURS_GRANTED], asked),
        "refused_cost_share": ratio(n[c.REFUSED_COST], refused),
        "refused_balance_share": ratio(n[c.REFUSED_BALANCE], refused),
        "refused_relationship_share": ratio(n[c.REFUSED_RELATIONSHIP], refused),
        "projects_helped": n[c.PROJECTS_HELPED] / years if sent else NONE,
        "failed_building_share": ratio(n[c.FAILED_BUILDING], n[c.FAILED_BUILDING] + n[c.FINISHED]),
        "failed_helped_share": ratio(n[c.FAILED_HELPED], n[c.FAILED_HELPED] + n[c.FINISHED_HELPED]) if sent else NONE,
        "failed_unhelped_share": ratio(failed_alone, failed_alone + n[c.FINISHED] - n[c.FINISHED_HELPED]) if sent else NONE,
        "reported_by_couriers_share": ratio(reports, n[c.REPORTED]) if riding else NONE,
        "courier_reports_urgent_share": ratio(n[c.COURIERS_URGENT], reports),
        "courier_reports_open_share": ratio(n[c.COURIERS_OPEN_AIR], reports),
        "courier_reports_each": ratio(reports, len(world.couriers) * years) if riding else NONE,
        "stations_closed": n[c.STATIONS_CLOSED] / years if acts(world, "stations", world.levers.stations) else NONE,
    }
