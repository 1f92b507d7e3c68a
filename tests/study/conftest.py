"""The study layer is tested with a small catalogue of outcomes, so that its tests say nothing of the model."""

from __future__ import annotations

import pytest
from tests.study import fakes

from cocreate_sim.study import manifest


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the outcomes of the model by four made-up ones."""
    monkeypatch.setattr(manifest, "_outcomes", lambda extensions: fakes.CATALOGUE)
