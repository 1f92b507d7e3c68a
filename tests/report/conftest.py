"""Synthetic studies that several tests of the figures look at; written once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report import synthetic

from cocreate_sim.report.tables import StudyTables, load


@pytest.fixture(scope="session")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One synthetic study per design, and the cases at the edge: one arm, one replicate."""
    folder = tmp_path_factory.mktemp("studies")
    policies = synthetic.policies()
    designs = {
        "policies": (policies, 6), "staffing": (synthetic.staffing(), 4), "unit_sizes": (synthetic.unit_sizes(), 6),
        "many": ([*policies, *(replace(arm, name=f"{arm.name}_too", label=f"{arm.label}, too") for arm in policies[1:])], 6),
        "two_arms": (policies[:2], 6), "one_arm": (policies[:1], 6), "one_replicate": (policies, 1), "one_run": (policies[:1], 1),
        "staffing_once": (synthetic.staffing(), 1), "unit_sizes_once": (synthetic.unit_sizes(), 1),
    }
    return {name: synthetic.write(folder / name, arms, replicates, weeks=60) for name, (arms, replicates) in designs.items()}


@pytest.fixture(scope="session")
def tables(studies: dict[str, Path]) -> dict[str, StudyTables]:
    """The same studies, read."""
    return {name: load(folder) for name, folder in studies.items()}
