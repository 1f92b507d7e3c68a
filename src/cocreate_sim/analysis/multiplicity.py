"""Several questions asked at once: p-values that hold for all of them together (Holm's step-down procedure).

Source: Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def holm(p: pd.Series) -> pd.Series:
    """Return p-values that are below 0.05 by mistake, anywhere among them, in at most one of twenty families.

    Parameters
    ----------
    p
        The p-values of one family of questions; a missing one was not asked and does not count.

    Examples
    --------
    >>> import pandas as pd
    >>> [round(value, 3) for value in holm(pd.Series([0.01, 0.04, 0.03]))]
    [0.03, 0.06, 0.06]
    """
    asked = p.dropna().sort_values(kind="stable")
    steps = np.arange(len(asked), 0, -1)
    adjusted = np.minimum(np.maximum.accumulate(asked.to_numpy(np.float64) * steps), 1.0)
    return pd.Series(adjusted, index=asked.index, dtype=np.float64).reindex(p.index)
