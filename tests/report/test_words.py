"""Numbers in titles: rounded together, never to a false zero, with the remark on uncertainty where it is due."""

from __future__ import annotations

import math

import pytest

from cocreate_sim.analysis.paired import Interval
from cocreate_sim.report import words

M = words.MINUS


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (Interval(-41.2, -47.1, -35.3, 20), "41 % lower (35 to 47)"),
        (Interval(41.2, 35.3, 47.1, 20), "41 % higher (35 to 47)"),
        (Interval(4.12, 3.5, 4.7, 20), "4.1 % higher (3.5 to 4.7)"),
        (Interval(0.31, 0.02, 0.6, 20), "0.31 % higher (0.02 to 0.60)"),
        (Interval(12.0, 0.04, 24.0, 20), "12.00 % higher (0.04 to 24.00)"),
        (Interval(-99.7, -99.9, -99.5, 20), "99.7 % lower (99.5 to 99.9)"),
        (Interval(-98.43, -98.47, -98.38, 20), "98.4 % lower (98.4 to 98.5)"),
        (Interval(2814.0, 2766.0, 2862.0, 20), "29 times as much (29 to 30)"),
        (Interval(1.0, -1.0, 3.0, 20), "no clear effect"),
        (Interval(0.0, 0.0, 0.0, 20), "the same in every replicate"),
        (Interval(-57.0, None, None, 3), "no clear effect"),
        (Interval(-57.0, None, None, 1), "57 % lower (one replicate, no interval)"),
        (Interval(0.0, None, None, 1), "unchanged (one replicate, no interval)"),
        (Interval(math.nan, None, None, 0), "cannot be compared"),
    ],
)
def test_how_much_and_which_way(interval, said):
    assert words.size_and_way(interval) == said


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (Interval(-41.2, -47.1, -35.3, 20), f"{M}41 % ({M}47 to {M}35)"),
        (Interval(1.44, -0.02, 2.9, 20), "+1.4 % (0.0 to +2.9)"),
        (Interval(0.0, 0.0, 0.0, 5), "no change"),
        (Interval(-57.0, None, None, 3), f"{M}57 % (too uncertain)"),
        (Interval(5.0, None, None, 1), "+5.0 %"),
        (Interval(1e7, 9e6, 2e7, 4), "from almost nothing"),
    ],
)
def test_a_column_of_changes(interval, said):
    assert words.signed(interval) == said


def test_clauses_and_remarks():
    assert words.change("waiting", Interval(-41.2, -47.1, -35.3, 20)) == "waiting 41 % lower (35 to 47)"
    assert words.change("waiting", Interval(1.0, -1.0, 3.0, 20)) == "no clear effect on waiting"
    twice = "a 5 % lower (one replicate, no interval), b 6 % lower (one replicate, no interval)"
    assert words.said_once(twice) == "a 5 % lower, b 6 % lower (one replicate, no interval)"
    assert words.both(4.02, 3.999) == "4.02 to 4.00"
    assert words.both(2.1, 0.0004) == "2.1000 to 0.0004"
    assert words.both(0.0, 0.0) == "0 to 0"
    assert words.plain(1000.0) == "1,000"
    assert words.plain(0.95) == "0.95"
    assert words.number(-0.0321) == f"{M}0.0321"


def test_only_labels_that_are_names_are_quoted():
    assert words.quoted("72 posts") == "72 posts"
    assert words.quoted("small units") == "small units"
    assert words.quoted("Before 2022") == "\N{LEFT DOUBLE QUOTATION MARK}Before 2022\N{RIGHT DOUBLE QUOTATION MARK}"
    assert words.quoted("72 posts, load 0.5")[0] == "\N{LEFT DOUBLE QUOTATION MARK}"
