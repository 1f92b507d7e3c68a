"""Tables of entities: named columns, one row per entity, zeros until somebody writes."""

from __future__ import annotations

import numpy as np
import pytest

from cocreate_sim.engine.columns import Columns, table

BENCHES: Columns = {
    "id": (np.int64, "Permanent id."),
    "seats": (np.int8, "Seats."),
    "condition": (np.float64, "Condition, 0 to 1."),
    "painted": (np.bool_, "Painted."),
}


def test_a_table_has_the_columns_in_order_with_their_types_and_starts_with_zeros() -> None:
    benches = table(BENCHES, 3)
    assert benches.dtype.names == tuple(BENCHES)
    assert {name: benches[name].dtype.type for name in BENCHES} == {name: kind for name, (kind, _) in BENCHES.items()}
    assert len(benches) == 3
    assert not any(benches[name].any() for name in BENCHES)


def test_columns_can_be_given_one_value_or_one_per_row() -> None:
    benches = table(BENCHES, 3, id=[7, 8, 9], seats=4)
    assert benches.id.tolist() == [7, 8, 9]
    assert benches.seats.tolist() == [4, 4, 4]


def test_a_column_is_a_live_view() -> None:
    benches = table(BENCHES, 2)
    benches.condition[1] = 0.5
    assert benches[1].condition == 0.5
    assert benches[0].condition == 0.0


def test_an_unknown_column_or_a_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="legs"):
        table(BENCHES, 2, legs=4)
    with pytest.raises(ValueError, match="shape"):
        table(BENCHES, 2, id=[1, 2, 3])


def test_an_empty_table_keeps_its_columns() -> None:
    assert table(BENCHES, 0).seats.shape == (0,)


def test_every_column_starts_where_the_processor_reads_it_at_once() -> None:
    assert table(BENCHES, 2).dtype.isalignedstruct
