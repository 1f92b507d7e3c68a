"""What several cases of one formula show together: what does not depend on the unit, what does, and which way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cocreate_sim.model import CoCreateModel
from cocreate_sim.validation.case import Case
from cocreate_sim.validation.catalogue import FORMULAS
from cocreate_sim.validation.participation import peers
from cocreate_sim.validation.plant import mechanism
from cocreate_sim.validation.reduced import PLAIN, alone, identical, reduced, told
from cocreate_sim.validation.theory.participation import exactly


def simulated(name: str, **parameters: Any) -> list[float]:
    """What the model gives."""
    return [row.simulated for row in FORMULAS[name].rows(Case(parameters))]


def test_two_stable_states_above_four_and_one_below() -> None:
    """Started from nobody and from everybody, J = 6 stays apart, J = 3 meets: bistability needs J > 4."""
    size = {"buildings": 2, "size": 500, "skip": 30}
    apart = [peers(CoCreateModel, -3.0, 6.0, start, weeks=40, **size).mean() for start in (False, True)]
    meet = [peers(CoCreateModel, -1.5, 3.0, start, weeks=60, **size).mean() for start in (False, True)]
    assert apart[0] < 0.1
    assert apart[1] > 0.9
    assert meet[0] == pytest.approx(meet[1], abs=0.06)


@pytest.mark.parametrize(("gain", "noise"), [(0.0, 0.5), (0.4, 0.5), (0.75, 0.25), (0.4, 2.0)])
def test_public_good_does_not_depend_on_the_size_of_the_group(gain: float, noise: float) -> None:
    """In groups of 2, 10 and 100 participation is identical to the last bit, week by week."""
    given = PLAIN | {"participation.base": gain - 1.0, "participation.noise": noise}
    came = [
        CoCreateModel(reduced(identical(2000, 20), given, alone("participation"), weeks=20, partition=str(size)))
        .run()
        .weekly["participation_week"]
        for size in (2, 10, 100)
    ]
    assert np.array_equal(came[0], came[1])
    assert np.array_equal(came[0], came[2])


@pytest.mark.parametrize("size", [12, 25, 50])
def test_units_remember_how_many_of_them_come(size: int) -> None:
    """The expected participation, and so the pivotality, is near what the true chance to come gives (0.05)."""
    given = PLAIN | {
        "participation.base": float(np.log(0.1 / 0.9)),
        "participation.pivotal": 1e-12,
        "participation.party_minimum": 5,
    }
    model = CoCreateModel(reduced(identical(600, 1), given, alone("participation"), weeks=30, partition=str(size)))
    model.run()
    assert mechanism(model, "participation").pivot_chance.mean() == pytest.approx(exactly(4, size - 1, 0.1), abs=0.05)


def test_common_property_is_voted_on_alike_in_every_unit() -> None:
    """Units of 5 and of 75: the same share, as it is the same vote."""
    assert simulated("common_property", size=5) == simulated("common_property", size=75)


def test_integer_jumps_of_the_quorum() -> None:
    """At a turnout of 0.7 fifteen households reach two thirds more often than 25, and five less often than both."""
    fifteen, twentyfive, five = (simulated("quorum", size=n, turnout=0.7)[0] for n in (15, 25, 5))
    assert fifteen > twentyfive > five


def test_what_is_told_of_a_scenario_makes_it_again() -> None:
    """The settings that ``--json`` prints are all that differs from the defaults, by their addresses."""
    scenario = reduced(
        identical(100, 2), PLAIN, alone("participation"), weeks=5, partition="10", seed=3, channels={"quorum": False}
    )
    settings = told(scenario)
    assert settings["world.households"] == 100
    assert settings["levers.partition"] == "10"
    assert settings["channels.quorum"] is False
    assert settings["run.weeks"] == 5
    assert settings["run.seed"] == 3
    assert settings["uncertainties.participation.everyone_knows"] is True
    assert settings["switches.arrivals"] is False
    assert "switches.participation" not in settings
    assert "uncertainties.casework.rho_40" not in settings
