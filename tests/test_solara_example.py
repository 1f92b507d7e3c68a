"""The example for Mesa's SolaraViz: its model does weeks and takes every parameter of its page; with Solara, the page is built."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim import CoCreateModel, load

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "solara_page"
pytestmark = pytest.mark.compiled


@pytest.fixture
def neighbourhood(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module("neighbourhood")
    sys.modules.pop("neighbourhood", None)


def test_a_step_is_a_week_and_the_collector_reads_the_record(neighbourhood: Any) -> None:
    model = neighbourhood.Neighbourhood(posts=72, partition="10-20", red_board=True, seed=3)
    for _ in range(2):
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    words = ["levers.posts=72", "levers.partition='10-20'", "levers.red_board=true", "run.seed=3"]
    other = CoCreateModel(load("world=dushi_taoyuan", "run.weeks=104", "run.burn_in_weeks=0", *words))
    for _ in range(14):
        other.step()
    for outcome in table:
        assert list(table[outcome]) == list(other.record.weekly[outcome][:2])


def test_a_reset_with_the_parameters_of_the_page_makes_another_model(neighbourhood: Any) -> None:
    [made] = [node for node in ast.parse((FOLDER / "app.py").read_text(encoding="utf-8")).body if _is_parameters(node)]
    names = [key.value for key in made.value.keys]
    values = {"posts": 50, "partition": "25", "red_board": True, "seed": "7"}
    assert sorted(values) == sorted(names)
    model = neighbourhood.Neighbourhood(**values)
    assert (model.cocreate.levers.posts, model.cocreate.run.seed) == (50, 7)


def _is_parameters(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PARAMETERS"


@pytest.mark.filterwarnings("ignore")
def test_the_page_is_built_where_solara_is_installed(neighbourhood: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("solara", reason="Solara is not installed, and is no dependency: see examples/solara_page/README.md")
    reacton = pytest.importorskip("reacton")
    app = importlib.import_module("app")
    _, context = reacton.render(app.page, handle_error=False)
    context.close()
    sys.modules.pop("app", None)
