"""What happened where: one replicate of a study, done again to write down every unit of every building before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..analysis.load import Study, load_study
from ..analysis.parts import PLACE_TIES, PLACES
from ..errors import ConfigError, OutputError, nearest
from .keys import code_hash
from .manifest import configs_of
from .output import write_table
from .simulate import scenario_of

if TYPE_CHECKING:
    from ..world.world import World

SPAN_WEEKS = 13
"""Participation of a place is the mean of so many weeks: one week of one unit says little."""
MOST_IN_PICTURE = 140
"""Adults of the building whose ties are written down, so that a picture of them can be read."""
START, END = "start", "end"


@dataclass(slots=True)
class _Watch:
    """Adds up who took part in the last weeks of the burn-in and of the run."""

    world: World
    burn_in: int
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    places: list[pd.DataFrame]
    ties: list[pd.DataFrame]
    building: int

    def __call__(self, done: int, total: int) -> None:
        took_part = self.world.residents.takes_part
        if self.burn_in - SPAN_WEEKS < done <= self.burn_in:
            self.first += took_part
        if done > total - SPAN_WEEKS:
            self.last += took_part
        if done == self.burn_in:
            self._note(START, self.first, min(SPAN_WEEKS, self.burn_in))
        if done == total:
            self._note(END, self.last, min(SPAN_WEEKS, total - self.burn_in))

    def _note(self, moment: str, weeks_active: NDArray[np.int64], weeks: int) -> None:
        self.places.append(by_unit(self.world, weeks_active / max(weeks, 1)).assign(moment=moment))
        self.ties.append(ties_of(self.world, self.building).assign(moment=moment))


def write_places(folder: Path, arms: Sequence[str] = (), replicate: int = 0) -> list[Path]:
    """Do one replicate of some arms again and write ``places/places.parquet`` and ``places/ties.parquet`` into the study.

    Parameters
    ----------
    folder
        A study with finished runs.
    arms
        Names of arms; without any the reference and the last arm that is compared with it.
    replicate
        Which replicate, from 0; the same luck in all arms.

    Raises
    ------
    ConfigError
        When an arm or replicate is not known, or a run has no burn-in to compare with.
    OutputError
        When the folder holds no study, or one that was made with other rules of the model.
    """
    study = load_study(folder)
    seed = _seed(study, replicate)
    chosen = _arms(study, arms)
    if study.manifest["code"] != code_hash():
        raise OutputError(
            f"{folder} was made with other rules of the model (code {study.manifest['code']}; here {code_hash()}): what happened "
            "where in its runs can be told by the version that made it only"
        )
    configs = configs_of(study.manifest)
    number = {arm["name"]: place for place, arm in enumerate(study.manifest["arms"])}
    places, ties = [], []
    for name in chosen:
        found = run_with_places(configs[number[name]], seed)
        places.append(found[0].assign(arm=name, replicate=replicate))
        ties.append(found[1].assign(arm=name, replicate=replicate))
    return [
        write_table(folder / PLACES, pd.concat(places, ignore_index=True)),
        write_table(folder / PLACE_TIES, pd.concat(ties, ignore_index=True)),
    ]


def _seed(study: Study, replicate: int) -> int:
    seeds = list(study.manifest["seeds"])
    if not 0 <= replicate < len(seeds):
        raise ConfigError(f"replicate {replicate} is not in the study; allowed: 0 to {len(seeds) - 1} (command line)")
    return int(seeds[replicate])


def _arms(study: Study, asked: Sequence[str]) -> list[str]:
    names = [arm.name for arm in study.arms]
    for name in asked:
        if name not in names:
            hint = nearest(name, names)
            raise ConfigError(f"arm {name!r} is not in the study{hint}; allowed: {', '.join(names)} (command line)")
    if asked:
        return list(dict.fromkeys(asked))
    other = next((arm for arm in reversed(study.arms) if arm.reference != arm.name), study.arms[0])
    return list(dict.fromkeys([other.reference, other.name]))


def run_with_places(config: Mapping[str, Any], seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run one scenario and return the table by unit and the ties of one building, both before and after.

    Raises
    ------
    ConfigError
        When the run has no burn-in, so that there is no "before".
    """
    from ..model import CoCreateModel  # slow to import

    if int(config["run"]["burn_in_weeks"]) < 1:
        raise ConfigError("run.burn_in_weeks = 0: without a burn-in there is no state before the policy to compare with")
    model = CoCreateModel(scenario_of(config, seed))
    world = model.world
    nobody = np.zeros(len(world.residents.id), np.int64)
    watch = _Watch(world, world.burn_in_weeks, nobody.copy(), nobody.copy(), [], [], readable_building(world))
    model.run(watch)
    return pd.concat(watch.places, ignore_index=True), pd.concat(watch.ties, ignore_index=True)


def by_unit(world: World, participation: NDArray[np.float64]) -> pd.DataFrame:
    """Return one row per part of a unit that lies in one building: where it is, and its means and counts now.

    ``participation`` is the share of weeks in which each resident took part. Rows follow the numbers of households, which are
    those of neighbours in space; collective households are left out.
    """
    from ..world.issues import IN_UNIT, SERVED
    from ..world.world import N_ISSUES

    homes, people = world.households, world.residents
    family = np.flatnonzero(~homes.collective)
    unit, building = world.units.of_household[family], homes.building[family]
    starts = np.flatnonzero(np.concatenate(([True], (np.diff(unit) != 0) | (np.diff(building) != 0))))
    of_home = np.full(len(homes.id), -1)
    of_home[family] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(family))))
    adult = people.adult & (of_home[people.household] >= 0)
    part = of_home[people.household[adult]]
    adults = np.bincount(part, minlength=len(starts))
    born = int(world.roster.length[N_ISSUES])
    state, where = world.issues.state[:born], world.issues.household[:born]
    open_ = of_home[where[(state >= IN_UNIT) & (state <= SERVED) & (where >= 0)]]

    def mean(values: NDArray[Any]) -> NDArray[np.float64]:
        sums = np.bincount(part, values[adult].astype(np.float64), len(starts))
        means: NDArray[np.float64] = np.divide(sums, adults, out=np.full(len(starts), np.nan), where=adults > 0)
        return means

    first = family[starts]
    return pd.DataFrame(
        {
            "subdistrict": homes.subdistrict[first],
            "community": homes.community[first],
            "compound": homes.compound[first],
            "building": building[starts],
            "unit": unit[starts],
            "households": np.diff(np.append(starts, len(family))),
            "adults": adults,
            "participation_week": mean(participation),
            "backlog": np.bincount(open_[open_ >= 0], minlength=len(starts)),
            "ties_per_resident": mean(world.ties.number),
            "belonging_mean": mean(people.belonging),
            "volunteers_registered": mean(people.volunteer_since >= 0),
        }
    )


def readable_building(world: World) -> int:
    """Return the building whose ties are told: the largest that a picture can show, else the smallest of all."""
    homes, people = world.households, world.residents
    of_adult = homes.building[people.household[people.adult]]
    adults = np.bincount(of_adult[of_adult >= 0], minlength=len(world.places.buildings.first))
    fits = np.flatnonzero(adults <= MOST_IN_PICTURE)
    return int(fits[np.argmax(adults[fits])]) if len(fits) else int(np.argmin(adults))


def ties_of(world: World, building: int) -> pd.DataFrame:
    """Return the adults of one building, one row each, and one row per pair of them who know each other.

    A row with ``other`` = -1 stands for a person: ``strength`` is then the number of ties to people outside the building.
    """
    homes, people, ties = world.households, world.residents, world.ties
    rows = np.flatnonzero(people.adult & (homes.building[people.household] == building))
    place = {int(row): number for number, row in enumerate(rows)}
    found = []
    for number, row in enumerate(rows):
        known = ties.other[row, : ties.number[row]]
        strengths = ties.strength[row, : ties.number[row]]
        inside = [(place[int(other)], float(s)) for other, s in zip(known, strengths, strict=True) if int(other) in place]
        outside = float(len(known) - len(inside))
        home = int(people.household[row] - homes.id[world.places.buildings.first[building]])
        found.append((building, number, home, -1, outside))
        found += [(building, number, home, other, strength) for other, strength in inside if other > number]
    return pd.DataFrame(found, columns=["building", "person", "household", "other", "strength"])
