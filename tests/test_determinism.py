"""The same tables, digit by digit, whatever the machine does: threads, hash seeds, compilation, the order of arms.

Told elsewhere: any number of processes (tests/study/test_compare.py), models stepped in turn (tests/test_same_world.py).
The golden file is the common measure, and `.ci/run` checks it on two releases of Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests import golden

from cocreate_sim.analysis.parts import TABLES, table_path
from cocreate_sim.study.compare import compare

ROOT = Path(__file__).resolve().parents[1]
THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
POLICIES = tuple(golden.POLICIES)


def elsewhere(names: list[str], **environment: str) -> dict[str, dict[str, float]]:
    """The numbers of golden runs, made by another process under the given environment."""
    code = "import json, sys; from tests import golden; print(json.dumps(golden.numbers(sys.argv[1:])))"
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", code, *names], env=os.environ | {"PYTHONPATH": path} | environment, check=True, capture_output=True, text=True
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.parametrize(("threads", "hashes"), [("1", "0"), ("2", "4242")])
def test_threads_and_the_order_of_sets_change_nothing(threads: str, hashes: str) -> None:
    # given runs in a new process with so many threads, where sets and texts are hashed differently
    names = [f"{world}/{policy}" for world in ("sixty", "tiny") for policy in POLICIES]
    made = elsewhere(names, PYTHONHASHSEED=hashes, **dict.fromkeys(THREADS, threads))
    # expect what the golden file says
    assert golden.changes({name: golden.read()[name] for name in names}, made) == []


@pytest.mark.slow
def test_compiled_and_plain_python_give_the_same_numbers() -> None:
    """The file was written by compiled loops; here every loop is run by Python, one number after the other."""
    names = [f"sixty/{POLICIES[1]}"]
    made = elsewhere(names, NUMBA_DISABLE_JIT="1")
    assert golden.changes({name: golden.read()[name] for name in names}, made) == []


@pytest.mark.slow
@pytest.mark.compiled
def test_arms_in_another_order_give_the_same_runs(tmp_path: Path) -> None:
    # given three policies, twice, in opposite orders
    policies = ["before_2022", "posts_72", "small_units"]
    studies = []
    for order in (policies, policies[::-1]):
        words = ["world=tiny", "run.weeks=12", "run.burn_in_weeks=2", f"policies={','.join(order)}", "replicates=2", "seed=7"]
        folder = compare(words, tmp_path / order[0], 1)
        tables = {name: pd.read_parquet(table_path(folder, name)) for name in TABLES}
        named = dict(zip(tables["runs"]["arm"], tables["runs"]["policy"], strict=True))
        studies.append({name: table.assign(policy=table["arm"].map(named)) for name, table in tables.items()})
    # expect each policy to have the rows that it had
    for name in TABLES:
        for policy in policies:
            one, two = (study[name][study[name]["policy"] == policy] for study in studies)
            one, two = (t.drop(columns=["arm", "wall_seconds"], errors="ignore").reset_index(drop=True) for t in (one, two))
            assert len(one) > 0
            assert_frame_equal(one, two, check_exact=True)
