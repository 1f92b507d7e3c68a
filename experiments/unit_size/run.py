"""Unit size as a Hydra application: `python experiments/unit_size/run.py --multirun world=quarter,subdistrict`."""

from __future__ import annotations

from typing import Any

import hydra

from cocreate_sim.study.multirun import CONFIGS, NAME, job


@hydra.main(version_base="1.3", config_path=CONFIGS, config_name=NAME)
def main(config: Any) -> None:
    """Do one job."""
    print(job("unit_size"))


if __name__ == "__main__":
    main()
