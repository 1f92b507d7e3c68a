"""Staffing as a Hydra application: `python experiments/staffing/run.py --multirun levers.posts=40,72`."""

from __future__ import annotations

from typing import Any

import hydra

from cocreate_sim.study.multirun import CONFIGS, NAME, job


@hydra.main(version_base="1.3", config_path=CONFIGS, config_name=NAME)
def main(config: Any) -> None:
    """Do one job."""
    print(job("staffing"))


if __name__ == "__main__":
    main()
