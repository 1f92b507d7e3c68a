"""Two short runs of sixty households, digit by digit as in the golden file: quick enough for compilation off."""

from __future__ import annotations

import pytest
from tests import golden


@pytest.mark.parametrize("name", [name for name in golden.runs() if name.startswith("sixty/")])
def test_no_number_of_a_small_run_has_changed(name: str) -> None:
    told = golden.changes({name: golden.read()[name]}, golden.numbers([name]))
    assert not told, "\n".join(told[:20])
