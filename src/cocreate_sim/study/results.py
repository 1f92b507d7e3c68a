"""What follows from the runs of a study: comparison, checks, figures and a summary in words."""

from __future__ import annotations

from pathlib import Path

from ..analysis.burn_in import burn_in
from ..analysis.certainty import certainty
from ..analysis.languages import ending, using
from ..analysis.load import load_study, refuse_mixed
from ..analysis.points import points, sweep_summary
from ..analysis.quantiles import quantiles
from ..analysis.replicates import advice
from ..analysis.robustness import robustness
from ..analysis.robustness_words import as_dict, told
from ..analysis.sentences import WANTED_PERCENT, summary
from ..analysis.tables import comparison
from ..analysis.together import together
from ..errors import CoCreateError
from .output import write_csv, write_json, write_table, write_text


def write_results(folder: Path) -> None:
    """Write what the tables of a study say: comparison, certainty, waiting, burn-in, replicates needed, figures, ``summary.txt``.

    Everything is computed from the tables on disk, so that it can be repeated at any time.

    Raises
    ------
    CoCreateError
        When no run of the study succeeded; its tables stay, with the errors. When runs were made by different rules.
    """
    study = load_study(folder)
    refuse_mixed(study)
    if study.done.empty:
        first = study.failed["error"].iloc[0]
        raise CoCreateError(f"all {len(study.failed)} runs failed; the first error: {first} (see {folder / 'runs.parquet'})")
    if study.manifest["kind"] == "calibrate":
        said = f"{len(study.done):,} worlds of a calibration: the command that began it goes on, and sums up\n"
        write_text(folder / "summary.txt", said)
        return
    if study.manifest["kind"] == "sweep":
        write_csv(folder / "points.csv", points(study))
        write_text(folder / "summary.txt", sweep_summary(study))
        return
    if len(study.arms) > 1:
        table = comparison(study)
        write_table(folder / "comparison.parquet", table)
        write_csv(folder / "comparison.csv", table)
        write_csv(folder / "replicates.csv", advice(table, WANTED_PERCENT, study.headline))
        write_csv(folder / "burn_in.csv", burn_in(study))
        write_csv(folder / "quantiles.csv", quantiles(study))
        if len(crossed := together(study)):
            write_csv(folder / "together.csv", crossed)
        if table.loc[table["outcome"].isin(study.headline), "low"].notna().any():
            write_csv(folder / "certainty.csv", certainty(study))
    if study.manifest.get("experiment") == "robustness":
        write_robustness(folder)
        write_text(folder / "summary.txt", (folder / "robustness.txt").read_text(encoding="utf-8"))
        from ..report.figures import draw_all

        draw_all(folder, ["robustness"])
        return
    until = folder / "until.txt"
    write_text(folder / "summary.txt", summary(study) + (f"\n{until.read_text(encoding='utf-8')}" if until.is_file() else ""))
    from ..report.figures import draw_all  # Matplotlib is slow to import

    draw_all(folder)


def write_robustness(folder: Path) -> None:
    """Write what the worlds of a study say: tables, ``robustness.txt`` and ``summary.json``.

    Raises
    ------
    OutputError
        When its replicates are not worlds, or it compares neither unit sizes nor posts.
    """
    found = robustness(load_study(folder))
    for name in ("best", "interior", "beats", "posts", "regret"):
        table = getattr(found, name)
        if len(table):
            write_csv(folder / f"robustness_{name}.csv", table)
    write_json(folder / "summary.json", as_dict(found))
    write_text(folder / f"robustness{ending()}.txt", told(found))


def write_in_language(folder: Path, language: str) -> None:
    """Write the summary and the figures of a study once more in another language, beside the English ones."""
    if language == "en" or not (folder / "manifest.json").is_file():  # calibrations and searches write their own words
        return
    study = load_study(folder)
    with using(language):
        swept = study.manifest["kind"] == "sweep"
        write_text(folder / f"summary.{language}.txt", sweep_summary(study) if swept else summary(study))
        if swept:
            return
        from ..report.figures import draw_all  # Matplotlib is slow to import

        draw_all(folder)

