"""Recognition: a public board honours those who took part, in the eyes of those who know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..world.events import IS_HONOURED, note
from ..world.world import World


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """What honour is worth."""

    board_effect: float = setting(
        0.18, unit="logits", low=0.0, high=5.0, prior=uniform(0.0, 0.36),
        meaning="effect of the red board on a resident whom everybody in the unit knows",
        source="E17; A9: a foreign voting experiment",
    )  # fmt: skip
    crowding_out: float = setting(
        0.2, unit="ratio", low=0.0, high=10.0, prior=uniform(0.0, 1.0),
        meaning="loss of willingness of unconditional givers, relative to the board's effect",
        source="A9: rewards can crowd out (Benabou and Tirole 2006)",
    )  # fmt: skip
    weeks_on_board: int = setting(
        4, unit="weeks", low=1, high=104,
        meaning="how long a name stays on the board", source="no evidence",
    )  # fmt: skip


@kernel
def _post(week, weeks, board, residents, households, feelings, log):
    """Put up the names of those who were active of late; a new name is a good experience."""
    for i in range(residents.id.shape[0]):
        if not board[households.subdistrict[residents.household[i]]]:
            continue
        listed = residents.last_active[i] > week - weeks
        if listed and not residents.on_board[i]:
            feelings.good[i] += 1
            note(log, IS_HONOURED, residents.id[i], 0, -1, 0.0)
        residents.on_board[i] = listed


class Recognition:
    """The red board (紅榜) names participants; honour counts only before people who know one."""

    name: ClassVar[str] = "recognition"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Those who took part are named on a red board; it moves people as far as their unit knows them, and may put off some."
    )
    equations: ClassVar[tuple[str, ...]] = ("board V in the decision to come; unconditional givers: - crowding_out x board",)
    without: ClassVar[str] = "there is no board, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("hours", "participation")
    writes: ClassVar[tuple[str, ...]] = ("names on the board", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S08", "S09")
    Settings: ClassVar[type] = RecognitionSettings

    def __init__(self, world: World, settings: RecognitionSettings, on: bool) -> None:
        self.settings, self.switched_on = settings, on
        self.read_levers(world)

    def read_levers(self, world: World) -> None:
        """Put boards up where the lever says so, and take them down where it does not."""
        self.board = world.in_force.red_board & self.switched_on
        self.on = bool(self.board.any())
        world.board_effect[:] = np.where(self.board, self.settings.board_effect, 0.0)
        r = world.residents
        r.on_board[:] &= self.board[world.households.subdistrict[r.household]]

    def step(self, world: World) -> None:
        """Renew the board."""
        if self.on:
            _post(
                world.week, self.settings.weeks_on_board, self.board, world.residents, world.households, world.feelings,
                world.log,
            )  # fmt: skip
