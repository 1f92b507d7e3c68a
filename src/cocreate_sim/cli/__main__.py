"""Lets ``python -m cocreate_sim.cli`` do what ``cocreate`` does."""

import sys

from . import main

sys.exit(main())
