"""Sets of agents as arrays of keys: Mesa's AgentSet on columns, and the Mesa model that hands them out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from math import inf
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from .agents import FIRST_ADDED, FIRST_POST, ROLES, Column, Keys, PartyMember, Resident, Staff, View, Volunteer, roles
from .world.world import World

GroupBy: Any = import_module(AgentSet.__module__).GroupBy  # its place differs between versions of Mesa


class Groups(GroupBy):  # type: ignore[misc]
    """Mesa's groups, with sums and means taken over columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Apply a function to an attribute in each group."""
        return {name: group.agg(attr_name, func) for name, group in self.groups.items()}


class AgentViews(AgentSet):  # type: ignore[misc]
    """An ordered set of agents as an array of keys; Mesa's own holds weak references, in which views would vanish.

    Does all that Mesa's AgentSet does. Attributes are read, written, aggregated, sorted and grouped by whole columns;
    ``select("is_volunteer")`` chooses by a column, too.
    """

    def __init__(self, model: AgentModel, keys: Any, random: Any = None) -> None:
        self.model, self.random = model, random or model.random
        self._update_keys(keys)

    def _update_keys(self, keys: Any) -> AgentViews:
        self._keys: Keys = np.asarray(keys, dtype=np.int64)
        self._removals = self.model.removals
        self._ordered: Keys | None = None
        return self

    def _update(self, agents: Iterable[Any]) -> AgentViews:
        return self._update_keys(self._keys_of(agents))

    def _result(self, keys: Any, inplace: bool = False) -> AgentViews:
        return self._update_keys(keys) if inplace else AgentViews(self.model, keys, self.random)

    def _keys_of(self, agents: Iterable[Any]) -> Keys:
        return np.fromiter(dict.fromkeys(map(self.model.key_of, agents)), dtype=np.int64)

    def _from_iterable(self, it: Iterable[Any]) -> AgentViews:  # set operations of two sets end here
        return self._result(self._keys_of(it))

    @property
    def keys(self) -> Keys:
        """Keys of the agents, in order, without agents that have been removed from the model."""
        if self._removals != self.model.removals:
            gone = [k for k in self._keys[self._keys >= FIRST_ADDED].tolist() if k not in self.model.added]
            self._update_keys(self._keys[~np.isin(self._keys, gone)] if gone else self._keys)
        return self._keys

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Any]:
        return (agent for key in map(int, self.keys) if (agent := self.model.agent_at(key)) is not None)

    def __contains__(self, agent: object) -> bool:
        try:
            key = self.model.key_of(agent)
        except ValueError:
            return False
        keys = self.keys
        if self._ordered is None:
            self._ordered = np.sort(keys)
        at = int(np.searchsorted(self._ordered, key))
        return at < len(keys) and int(self._ordered[at]) == key

    def __getitem__(self, item: Any) -> Any:
        keys = self.keys[item]
        return list(self._result(keys)) if isinstance(item, slice) else self.model.agent_at(int(keys))

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def copy(self) -> AgentViews:
        """Return a set of the same agents."""
        return self._result(self.keys)

    __copy__ = copy

    def to_list(self) -> list[Any]:
        """Return the agents as a list."""
        return list(self)

    def add(self, agent: Any) -> None:
        """Put an agent at the end, unless it is in the set."""
        if agent not in self:
            self._update_keys(np.append(self.keys, self.model.key_of(agent)))

    def remove(self, agent: Any) -> None:
        """Take an agent out of the set (not out of the model); KeyError when it is not there."""
        if agent not in self:
            raise KeyError(agent)
        self._update_keys(self.keys[self.keys != self.model.key_of(agent)])

    def discard(self, agent: Any) -> None:
        """Take an agent out of the set if it is there."""
        if agent in self:
            self.remove(agent)

    def _column(self, name: str) -> tuple[Column, Keys] | None:
        """Return the column behind an attribute and the rows of the agents, if all of them stand in one table."""
        keys = self.keys
        if not len(keys):
            return None
        low, high = int(keys.min()), int(keys.max())
        kind = Resident if high < FIRST_POST else Staff if low >= FIRST_POST and high < FIRST_ADDED else View
        column = getattr(kind, name, None)
        return (column, keys - kind.first) if isinstance(column, Column) else None

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Return an attribute of each agent, or a list of several attributes of each."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        if not isinstance(attr_names, str):
            each = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*each, strict=True)]
        if found := self._column(attr_names):
            values: list[Any] = found[0].values(self.model.world, found[1]).tolist()
            return values
        fallback = () if handle_missing == "error" else (default_value,)
        return [getattr(agent, attr_names, *fallback) for agent in self]

    def set(self, attr_name: str, value: Any) -> AgentViews:
        """Give an attribute of all agents the same value."""
        if found := self._column(attr_name):
            found[0].put(self.model.world, found[1], value)
        else:
            for agent in self:
                setattr(agent, attr_name, value)
        return self

    def agg(self, attribute: str, func: Any) -> Any:
        """Apply one function, or each of several, to the list of an attribute's values (NumPy's functions: to the array)."""
        if not callable(func):
            return [self.agg(attribute, f) for f in func]
        found = self._column(attribute)
        if found is None or str(getattr(func, "__module__", "")).partition(".")[0] != "numpy":
            return func(self.get(attribute))
        values = found[0].values(self.model.world, found[1])
        return func(values.astype(np.int64) if values.dtype.kind == "i" else values)

    def select(self, filter_func: Any = None, at_most: float = inf, inplace: bool = False, agent_type: Any = None) -> AgentViews:
        """Choose the first ``at_most`` (a share, if a float up to 1) of a type for which a function, or an attribute, is true."""
        limit = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        found = self if agent_type is None else self._result(self.keys[self._of_type(agent_type)])
        if isinstance(filter_func, str):
            keys = found.keys[np.array(found.get(filter_func), dtype=bool)]
        elif filter_func is not None:
            chosen: list[int] = []
            for key in map(int, found.keys):
                if len(chosen) >= limit:
                    break
                if filter_func(self.model.agent_at(key)):
                    chosen.append(key)
            keys = np.array(chosen, dtype=np.int64)
        else:
            keys = found.keys
        return self._result(keys if limit == inf else keys[: int(limit)], inplace)

    def _of_type(self, kind: Any) -> NDArray[np.bool_]:
        keys = self.keys
        people, added = keys < FIRST_POST, keys >= FIRST_ADDED
        chosen = np.full(len(keys), issubclass(Staff, kind))
        chosen[people] = np.array([issubclass(role, kind) for role in ROLES])[roles(self.model.world, keys[people])]
        chosen[added] = [isinstance(self.model.added[k], kind) for k in keys[added].tolist()]
        return chosen

    def shuffle(self, inplace: bool = False) -> AgentViews:
        """Put the agents in random order, by the model's ``random`` (the world's own draws are not touched)."""
        keys = self.keys.tolist()
        self.random.shuffle(keys)
        return self._result(keys, inplace)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> AgentViews:
        """Sort by an attribute or a function, the largest first unless ``ascending``; equals keep their order."""
        if isinstance(key, str) and (found := self._column(key)):
            values = found[0].values(self.model.world, found[1])
            order = np.argsort(values if ascending else values[::-1], kind="stable")
            order = order if ascending else len(values) - 1 - order[::-1]
        else:
            given = self.map(operator.attrgetter(key) if isinstance(key, str) else key)
            order = np.array(sorted(range(len(given)), key=given.__getitem__, reverse=not ascending), dtype=np.int64)
        return self._result(self.keys[order], inplace)

    def groupby(self, by: Any, result_type: str = "agentset") -> Any:
        """Group by an attribute or a function; groups come in the order of their first member."""
        values = self.map(by) if callable(by) else self.get(by)
        members: dict[Any, list[int]] = {}
        for value, key in zip(values, self.keys.tolist(), strict=True):
            members.setdefault(value, []).append(key)
        groups = {value: self._result(keys) for value, keys in members.items()}
        return Groups(groups) if result_type == "agentset" else GroupBy({value: list(group) for value, group in groups.items()})

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function, for each agent and return the results."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def do(self, method: Any, *args: Any, **kwargs: Any) -> AgentViews:
        """Call a method, or a function, for each agent."""
        for agent in self:
            getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
        return self

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> AgentViews:
        """Call a method, or a function, for each agent in random order."""
        self.shuffle().do(method, *args, **kwargs)
        return self


class AgentModel(mesa.Model):  # type: ignore[misc]
    """A Mesa model whose agents are the rows of its world; ordinary Mesa agents may be added to them."""

    world: World

    def __init__(self, *, rng: int) -> None:
        super().__init__(rng=rng)
        self.added: dict[int, Any] = {}
        """Ordinary Mesa agents by ``unique_id``."""
        self.removals = 0
        self._last_added = FIRST_ADDED - 1
        self._emptied = False

    def agent_at(self, key: int) -> Any:
        """Return the agent with a key, or None when an added one has been removed."""
        if key >= FIRST_ADDED:
            return self.added.get(key)
        if key >= FIRST_POST:
            return Staff(self, key - FIRST_POST)
        r = self.world.residents  # as in roles(), for one
        return (Volunteer if r.volunteer_since[key] >= 0 else PartyMember if r.party[key] else Resident)(self, key)

    def key_of(self, agent: Any) -> int:
        """Return the key of an agent; ValueError when it is none of this model."""
        if isinstance(agent, View) and agent.model is self:
            return agent.key
        key = getattr(agent, "unique_id", None)
        if isinstance(key, int) and self.added.get(key) is agent:
            return key
        raise ValueError(f"{agent!r} is not an agent of this model")

    def _tables(self) -> tuple[Keys, Keys, Keys]:
        people, posts = (0, 0) if self._emptied else (len(self.world.residents.id), len(self.world.posts))
        return np.arange(people), FIRST_POST + np.arange(posts), np.fromiter(self.added, dtype=np.int64)

    @property
    def agents(self) -> AgentViews:
        """All agents: residents by row, then posts, then agents that were added."""
        return AgentViews(self, np.concatenate(self._tables()))

    @property
    def agents_by_type(self) -> dict[type, AgentViews]:
        """Agents by their own class: residents of no further role, party members, volunteers, staff, and classes added."""
        people, posts, added = self._tables()
        code = roles(self.world, people)
        found: dict[type, Any] = dict(zip((*ROLES, Staff), (*(people[code == i] for i in range(len(ROLES))), posts), strict=True))
        for key in added.tolist():
            found.setdefault(type(self.added[key]), []).append(key)
        return {kind: AgentViews(self, keys) for kind, keys in found.items()}

    @property
    def agent_types(self) -> list[type]:
        """Resident, PartyMember, Volunteer, Staff, and the classes of added agents."""
        return list(dict.fromkeys((*ROLES, Staff, *map(type, self.added.values()))))

    def register_agent(self, agent: Any) -> None:
        """Take in an ordinary Mesa agent; its ``unique_id`` starts where it cannot meet a resident's or a post's."""
        self._last_added = agent.unique_id = key = self._last_added + 1
        super().register_agent(agent)
        agent.unique_id = key
        self.added[key] = agent
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # Mesa before 3.5 would keep the model alive for ever

    def deregister_agent(self, agent: Any) -> None:
        """Let go of an ordinary Mesa agent; a resident or a post stays."""
        if isinstance(agent, View):
            raise ValueError(f"{agent!r} is a row of the world and stays; CoCreateModel(..., without=[id]) leaves out a resident")
        super().deregister_agent(agent)
        if self.added.pop(agent.unique_id, None) is not None:
            self.removals += 1

    def remove_all_agents(self) -> None:
        """Forget all agents, as Mesa does before a model is thrown away; the columns stay."""
        super().remove_all_agents()
        self._emptied = True
