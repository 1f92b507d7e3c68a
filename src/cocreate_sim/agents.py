"""Agents: every resident and every post as a Mesa agent, seen live in the columns of the world.

An agent is a view of one row: reading ``agent.belonging`` reads the column, writing it writes the column, and the agent
itself stores nothing. Views are made when they are touched and forgotten afterwards, so that a million residents cost
nothing until somebody looks; two views of one row are equal, but not the same object.

``agents_by_type`` sorts residents into three roles that do not overlap: a registered volunteer is a `Volunteer`, else a
party member is a `PartyMember`, else a `Resident`. In life the roles do overlap, and change: ``agent.party``,
``agent.is_volunteer`` and ``agent.is_head`` always tell, whatever the class was when the view was made. All residents are
``model.agents.select(agent_type=Resident)``. A rule of one's own may be plain Python over agents:

>>> import mesa
>>> import numpy as np
>>> from cocreate_sim import CoCreateModel, load
>>> from cocreate_sim.agents import Resident, Volunteer
>>> class Festival(CoCreateModel):
...     def __init__(self, scenario, rng=None):
...         super().__init__(scenario, rng=rng)
...         reporters = {"belonging": lambda m: m.agents.select(agent_type=Resident).agg("belonging", np.mean)}
...         self.datacollector = mesa.DataCollector(model_reporters=reporters)
...
...     def step(self):
...         super().step()
...         for volunteer in self.agents_by_type[Volunteer]:
...             volunteer.belonging = min(volunteer.belonging + 0.01, 1.0)
...         self.datacollector.collect(self)

or the same over columns, ``world.residents.belonging[world.residents.volunteer_since >= 0] += 0.01``, which takes
microseconds. `mesa.batch_run` runs such a model until its horizon ends; seeds are given with the scenarios:

>>> scenarios = [load("world=tiny", "run.weeks=2", "run.burn_in_weeks=0", f"run.seed={seed}") for seed in (1, 2)]
>>> runs = mesa.batch_run(Festival, {"scenario": scenarios}, display_progress=False)
>>> [run["scenario"].run.seed for run in runs if 0 < run["belonging"] < 1]
[1, 2]
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, ClassVar

import mesa
import numpy as np
from numpy.typing import NDArray

from .errors import nearest
from .world.residents import Residents
from .world.staff import POSTS
from .world.world import World

Keys = NDArray[np.int64]

FIRST_POST = 1 << 40
"""Keys and ``unique_id`` of posts start here; below are residents, whose ``unique_id`` is their permanent id."""
FIRST_ADDED = 1 << 41
"""``unique_id`` of ordinary Mesa agents that a user adds start here."""
LEVELS = frozenset({"belonging", "belonging_rest", "trust", "burnout"})
"""Columns whose values lie between 0 and 1."""
KEPT = frozenset(
    ("id", "household", "head_of", "leads", "tier", "place", "number", "established", "filled", "serving", "free_at"),
)
"""Columns that other tables point to: to be read, not written."""


class Column:
    """An attribute of an agent that lives in a column of the world: reading reads the row, writing writes it."""

    def __init__(self, table: str, name: str, read: Callable[[World, Any], Any] | None = None) -> None:
        self.table, self.name, self.read = table, name, read

    def values(self, world: World, rows: Any) -> Any:
        """Return the values of some rows."""
        return self.read(world, rows) if self.read else getattr(getattr(world, self.table), self.name)[rows]

    def put(self, world: World, rows: Any, value: Any) -> None:
        """Write one value into some rows; AttributeError when it is not to be written, ValueError when it does not fit."""
        if self.read or self.name in KEPT:
            why = "it follows from other columns" if self.read else "other tables of the world point to it"
            raise AttributeError(f"{self.name} of {self.table} can be read, not set: {why}")
        column = getattr(getattr(world, self.table), self.name)
        level = self.name in LEVELS
        try:
            new = column.dtype.type(value)
            fits = bool(new == value) and isfinite(new) and (0.0 <= new <= 1.0 or not level)
        except (TypeError, ValueError, OverflowError):
            fits = False
        if not fits:
            allowed = f"{column.dtype}{', from 0 to 1' if level else ''}"
            raise ValueError(f"{self.name} = {value!r} does not fit its column of {self.table} ({allowed})")
        column[rows] = new

    def __get__(self, view: View | None, kind: type[View]) -> Any:
        return self if view is None else self.values(view.model.world, view.row).item()

    def __set__(self, view: View, value: Any) -> None:
        self.put(view.model.world, view.row, value)


class View(mesa.Agent):  # type: ignore[misc]
    """One row of a table, as an agent."""

    first: ClassVar[int]

    def __init__(self, model: Any, row: int) -> None:  # not Mesa's: nothing is registered, nothing kept
        self.__dict__.update(model=model, row=row)

    @property
    def key(self) -> int:
        """Place of the agent in the model: its row, counted from where its table starts."""
        return self.first + int(self.row)

    @property
    def pos(self) -> None:
        """Nothing: the district has addresses, not a Mesa space."""

    def __setattr__(self, name: str, value: Any) -> None:
        kind = type(self)
        if not isinstance(getattr(kind, name, None), Column):
            hint = nearest(name, [n for n in dir(kind) if isinstance(getattr(kind, n), Column)])
            raise AttributeError(
                f"{name} is not a column of {kind.__name__}{hint}; an agent stores nothing of its own: "
                "keep a further variable in an array with one value per row, at [agent.row]"
            )
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and other.key == self.key and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.row)


class Resident(View):
    """A resident: each column of ``world.residents`` is an attribute, and so are the roles and places below."""

    first = 0
    unique_id = Column("residents", "unique_id", lambda w, rows: w.residents.id[rows])
    is_volunteer = Column("residents", "is_volunteer", lambda w, rows: w.residents.volunteer_since[rows] >= 0)
    is_head = Column("residents", "is_head", lambda w, rows: w.residents.head_of[rows] >= 0)
    unit = Column("residents", "unit", lambda w, rows: w.units.of_resident[rows])
    building = Column("residents", "building", lambda w, rows: w.buildings.of_resident[rows])
    community = Column("residents", "community", lambda w, rows: w.households.community[w.residents.household[rows]])


class PartyMember(Resident):
    """A member of the party who is not a registered volunteer."""


class Volunteer(Resident):
    """A registered volunteer, member of the party or not."""


class Staff(View):
    """A post with the person in it: each column of ``world.posts`` is an attribute."""

    first = FIRST_POST
    unique_id = Column("posts", "unique_id", lambda w, rows: np.add(rows, FIRST_POST))


for _name in Residents._fields:
    setattr(Resident, _name, Column("residents", _name))
for _name in POSTS:
    setattr(Staff, _name, Column("posts", _name))
ROLES = (Resident, PartyMember, Volunteer)


def roles(world: World, rows: Any) -> Any:
    """Return the present role of some residents: indices into ROLES."""
    r = world.residents
    return np.where(r.volunteer_since[rows] >= 0, 2, r.party[rows].astype(np.int64))
