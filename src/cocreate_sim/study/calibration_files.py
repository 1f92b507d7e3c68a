"""The files of a calibration: what was asked, which targets, and what came out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .. import __version__
from ..analysis import calibration
from ..analysis.calibrated import Calibration
from ..analysis.calibrated import draws_file as draws
from ..analysis.calibration_words import told
from ..analysis.languages import current, ending, using
from ..analysis.targets import Target, targets_of
from ..config.sources import config_folder
from ..config.userfiles import loader
from ..disk import reason
from ..errors import ConfigError, OutputError, nearest
from .keys import code_hash
from .output import prepare, write_csv, write_json, write_table, write_text

HEAD, TARGETS, WORLDS = "calibration.json", "targets.csv", "worlds.csv"
_LARGEST = 200_000

__all__ = ["HEAD", "TARGETS", "WORLDS", "begin", "draws", "targets", "write"]


def targets(name: str) -> tuple[list[Target], int | None]:
    """Read targets by the name of a file that ships or by a path, and the weeks over which they are measured, if it says so."""
    shipped = config_folder() / "targets"
    path = Path(name).expanduser() if name.endswith((".yaml", ".yml")) else shipped / f"{name}.yaml"
    if "\0" in name or not path.is_file():
        allowed = sorted(p.stem for p in shipped.glob("*.yaml"))
        raise ConfigError(
            f"--targets {name}: not known{nearest(name, allowed)}; allowed: {', '.join(allowed)}, or a YAML file (command line)"
        )
    import yaml

    from ..outcomes.catalogue import OUTCOMES

    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"{path} has {path.stat().st_size} bytes; at most {_LARGEST} are read")
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader())
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    where = f"{shipped.parent.name}/targets/{path.name}" if path.parent == shipped else str(path)
    listed = targets_of(content, list(OUTCOMES), where)
    weeks = content.get("weeks")
    if weeks is not None and (isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1):
        raise ConfigError(f"weeks = {weeks!r} must be a whole number from 1 ({where})")
    return listed, weeks


def begin(out: str | Path | None, words: Sequence[str], asked: Sequence[Target], samples: int) -> Path:
    """Make the folder of a calibration, or refuse one that holds another."""
    if out is None:
        raise ConfigError("out is missing; name a folder for the calibration, such as out=results/calibration")
    folder = Path(out)
    head: dict[str, Any] = {
        "version": __version__, "code": code_hash(), "words": list(words), "samples": samples,
        "targets": [target.as_dict() for target in asked],
    }  # fmt: skip
    if (folder / HEAD).is_file():
        begun = _read(folder / HEAD)
        for key, what in (("words", "other words"), ("targets", "other targets"), ("code", "other rules of the model")):
            if begun.get(key) != head[key]:
                said = f" ({' '.join(begun.get(key, []))})" if key == "words" else ""
                raise OutputError(
                    f"{folder} holds a calibration that was begun with {what}{said}; give a folder that is new or empty"
                )
        return folder
    from .lock import release

    prepare(folder)
    write_json(folder / HEAD, head)
    release(folder)
    return folder


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {reason(error) if isinstance(error, OSError) else error}") from None
    return found


def write(folder: Path, found: Calibration, again: pd.DataFrame | None, wanted: int, numbers: pd.DataFrame) -> None:
    """Write what a calibration says: worlds, targets, settings, and a summary in words and as JSON."""
    table = calibration.excluding(found.first, found.targets)
    kept = found.values[found.accepted]
    if found.count:
        table = table.merge(calibration.predictive(kept, again, found.targets), on="target", how="left")
    write_csv(folder / TARGETS, table)
    every = found.values.assign(wave=found.wave, number=found.number, accepted=found.accepted)
    write_table(folder / "tried.parquet", every)
    settings = None
    if found.count:
        write_csv(folder / WORLDS, numbers.assign(world=found.names())[["world", *numbers.columns]])
    if found.count >= calibration.FEWEST:
        settings = calibration.identified(found.shares[found.accepted].reset_index(drop=True))
        ends = [pd.Series(numbers[name]).quantile([0.05, 0.5, 0.95]).tolist() for name in settings["setting"]]
        settings[["accepted_low", "accepted_median", "accepted_high"]] = ends
        write_csv(folder / "settings.csv", settings)
    if found.count:
        from ..report.figures.calibrated import calibrated  # Matplotlib is slow to import
        from ..report.figures.save import save

        command = " ".join(["cocreate calibrate", *_read(folder / HEAD)["words"]])
        save(calibrated(table, settings, len(found.values), found.count, command), folder / "figures", f"calibration{ending()}")
    for language in dict.fromkeys((current(), "en")):
        with using(language):
            words, summary = told(found, table, settings, wanted)
            write_text(folder / f"summary{ending()}.txt", words)
    write_json(folder / "summary.json", summary)
