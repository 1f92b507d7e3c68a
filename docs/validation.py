"""Write docs/reference/validation.md: run every formula and every planted error (about two minutes), as `make validate` does."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from cocreate_sim.validation.case import HOLDS
from cocreate_sim.validation.catalogue import EVERY, NOT_YET
from cocreate_sim.validation.page import NOTICES, section, verdict
from cocreate_sim.warming import get_ready

PAGE = Path(__file__).resolve().parent / "reference" / "validation.md"
HEAD = """\
# Formulas that the model must reduce to

<!-- written by docs/validation.py from a run of the model; edit the code, then run `make validate` -->

With all but one or two mechanisms switched off, the model must give what theory gives. Each row below is a run of the shipped
model with settings alone, beside a formula that knows nothing of the model. The same table, and the settings of each run:

```sh
cocreate validate                          # every formula, about a minute on one core
cocreate validate --quick                  # one case of each
cocreate validate erlang_c posts=5 load=4  # parameters of your own
cocreate validate --planted                # with a small error planted in the model: is it noticed?
cocreate validate peers --json             # with the settings of each run, as one would type them
```

A formula holds when the model is within 3 standard errors of it (where chance plays no part: within the difference that is
allowed), and when the check is as sharp as its case promises.

{notices}

{luck}

**Where there is no answer.** A formula that has no value for the parameters asked for says so: `erlang_c posts=3 load=3` (the
line grows for ever), `peers h=-3 J=6 begin=any` (two stable states), `erlang_a theta=0` (nobody gives up).

**Planted errors.** Each section names a small error that was planted in the model, in the case given, and what noticed it.

{not_yet}
"""
LUCK = """\
**Luck.** {chance} of the numbers have a standard error. By luck alone, and with every formula true, one of so many lies outside 3
standard errors in one table of two or three; more often where the error itself is estimated from few stretches of a series (13 to
25: Student's t puts 0.6 to 1.1 % outside, instead of 0.3 %). All runs use seed 1, which was not chosen by its results. Whoever
changes the order of random draws may meet such a row, and should look at other seeds before changing anything else.
"""


def _filled(text: str) -> str:
    return textwrap.fill(text, 130, break_long_words=False, break_on_hyphens=False)


def main() -> int:
    """Write the page; 1 when a formula fails or a planted error is missed."""
    get_ready()
    parts, failed, numbers, by_chance = [], 0, 0, 0
    for formula in EVERY:
        rows = [row for case in formula.cases for row in formula.rows(case)]
        noticed = formula.noticed()
        numbers += len(rows)
        by_chance += sum(row.error > 0.0 for row in rows)
        failed += not noticed or any(row.verdict != HOLDS for row in rows)
        parts.append(section(formula, rows, noticed))
        print(f"{formula.name}: {len(rows)} numbers", file=sys.stderr)
    parts.append(f"{verdict(len(EVERY), numbers, failed)}, {len(EVERY)} errors planted\n")
    head = HEAD.format(
        notices=_filled(f"**How sharp.** {NOTICES[0].upper()}{NOTICES[1:]}"),
        luck=_filled(LUCK.format(chance=by_chance)),
        not_yet=_filled("**Not here.** " + "; ".join(f"{name} ({why})" for name, why in NOT_YET.items()) + "."),
    )
    PAGE.write_text("\n".join([head, *parts]), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
