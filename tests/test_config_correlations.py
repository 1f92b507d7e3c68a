"""Correlated priors: each keeps its own prior, ranks move together as asked, nothing else moves, nonsense is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from cocreate_sim.config import Scenario, compose, load, scenario
from cocreate_sim.config.correlations import matrix, rearranged, root
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.compare import compare
from cocreate_sim.study.keys import settings_hash
from cocreate_sim.study.manifest import configs_of
from cocreate_sim.study.points import plan
from cocreate_sim.study.simulate import with_seed
from cocreate_sim.study.sweep import checked_plan, sweep
from cocreate_sim.study.verify import verify

RHO, RATE, LEAVE = "casework.rho_40", "arrivals.rate", "turnover.leave_posts"
PRIORS = [
    f"uncertainties.{RHO}={{kind: uniform, low: 0.5, high: 1.5}}",
    f"uncertainties.{RATE}={{kind: loguniform, low: 0.5, high: 8}}",
    f"uncertainties.{LEAVE}={{kind: gamma, shape: 2, scale: 0.1}}",
]
RUNS = 2000


def asked(*triples: tuple[str, str, float]) -> str:
    entries = (f"{{between: [{a}, {b}], rank_correlation: {rho}}}" for a, b, rho in triples)
    return f"uncertainties.correlations=[{', '.join(entries)}]"


def value_of(found: Scenario, address: str) -> Any:
    mechanism, name = address.split(".")
    return getattr(found.uncertainties[mechanism], name)


def draws(words: list[str], seeds: int = RUNS) -> dict[str, np.ndarray]:
    """The numbers of three correlated settings under many seeds, without building a scenario for each."""
    from cocreate_sim.config.correlations import CORRELATIONS, shares
    from cocreate_sim.config.priors import at, share_of
    from cocreate_sim.engine.settings import parse_prior
    from cocreate_sim.schedule import BY_NAME

    settings = dict(compose(words)["uncertainties"])
    entries = settings.pop(CORRELATIONS, [])
    found: dict[str, list[float]] = {a: [] for a in (RHO, RATE, LEAVE)}
    for seed in range(seeds):
        together = shares(entries, settings, seed)
        for address, values in found.items():
            mechanism, name = address.split(".")
            full = f"uncertainties.{address}"
            share = together.get(full, share_of(full, seed))
            values.append(at(BY_NAME[mechanism].Settings, name, parse_prior(settings[mechanism][name], full), share))
    return {address: np.array(values) for address, values in found.items()}


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.6, 0.95])
def test_ranks_are_correlated_as_asked_and_every_prior_stays_what_it_is(rho: float) -> None:
    together = draws([*PRIORS, asked((RHO, RATE, rho))])
    found = stats.spearmanr(together[RHO], together[RATE]).statistic
    assert found == pytest.approx(rho, abs=4 / np.sqrt(RUNS) * (1 - rho**2) + 0.01)
    assert stats.kstest(together[RHO], stats.uniform(0.5, 1.0).cdf).pvalue > 1e-3
    assert stats.kstest(np.log(together[RATE]), stats.uniform(np.log(0.5), np.log(16)).cdf).pvalue > 1e-3
    assert abs(stats.spearmanr(together[RHO], together[LEAVE]).statistic) < 0.1, "what is not named is not correlated"


def test_the_draws_of_a_scenario_are_those_and_nobody_elses_draw_changes_by_a_digit() -> None:
    words = ["uncertainties=priors", *PRIORS]
    alone, together = load(*words, "seed=11"), load(*words, asked((RHO, RATE, 0.8)), "seed=11")
    changed = [
        f"{m}.{k}"
        for m, settings in alone.uncertainties.items()
        for k in type(settings).__dataclass_fields__
        if getattr(settings, k) != getattr(together.uncertainties[m], k)
    ]
    first, second = sorted((RHO, RATE), key=[f"{m}.{k}" for m, s in alone.uncertainties.items() for k in type(s).__dataclass_fields__].index)
    assert changed == [second], "the first of a pair lies where it would lie by itself"
    both = draws([*PRIORS, asked((RHO, RATE, 0.8))], 12)
    assert value_of(together, first) == both[first][11]
    assert value_of(together, second) == both[second][11]
    assert alone == load(*words, "seed=11", "uncertainties.correlations=[]")


def test_the_order_in_which_correlations_are_written_changes_nothing() -> None:
    one, other = ((RHO, RATE, 0.7), (RATE, LEAVE, -0.4)), ((LEAVE, RATE, -0.4), (RATE, RHO, 0.7))
    assert load(*PRIORS, asked(*one), "seed=3") == load(*PRIORS, asked(*other), "seed=3")


def test_three_settings_move_together() -> None:
    found = draws([*PRIORS, asked((RHO, RATE, 0.7), (RATE, LEAVE, 0.7), (RHO, LEAVE, 0.5))])
    ranks = stats.spearmanr(np.column_stack([found[a] for a in (RHO, RATE, LEAVE)])).statistic
    assert [ranks[0, 1], ranks[1, 2], ranks[0, 2]] == pytest.approx([0.7, 0.7, 0.5], abs=0.06)


def test_correlations_count_in_the_key_of_a_run_and_come_back_from_a_config() -> None:
    words = [*PRIORS, "world=tiny"]
    with_, without = compose([*words, asked((RHO, RATE, 0.8))]), compose(words)
    assert settings_hash(with_) != settings_hash(without)
    assert "correlations" not in without["uncertainties"]
    again = json.loads(json.dumps(with_seed(with_, 5)))
    assert scenario(again) == load(*words, asked((RHO, RATE, 0.8)), "seed=5")


REFUSED: list[tuple[list[str], list[str]]] = [
    ([asked(("casework.rho40", RATE, 0.5))], ["'casework.rho40' is not a setting", "did you mean 'casework.rho_40'?", "command line"]),
    ([asked((f"uncertainties.{RHO}", RATE, 0.5))], ["is not a setting", "without 'uncertainties.'"]),
    ([asked((RHO, RHO, 0.5))], ["between names casework.rho_40 twice"]),
    ([asked((RHO, RATE, 1.0))], ["rank_correlation = 1.0 of casework.rho_40 and arrivals.rate must be a number between -1 and 1"]),
    ([asked((RHO, RATE, -1.5))], ["rank_correlation = -1.5 of"]),
    ([asked((RHO, "heads.willing_share", 0.5))], ["heads.willing_share is fixed at", "only priors can be correlated"]),
    ([asked((RHO, RATE, 0.5), (RATE, RHO, 0.4))], ["correlations[0] (command line) and uncertainties.correlations[1] (command line) both correlate"]),
    (
        [asked((RHO, RATE, 0.9), (RATE, LEAVE, 0.9))],
        ["correlations[0] (command line) and uncertainties.correlations[1] (command line) cannot hold together", "positive definite", RHO, RATE, LEAVE],
    ),
    (["uncertainties.correlations=0.5"], ["must be a list of at most 500 entries such as {between:"]),
    (["uncertainties.correlations=[0.5]"], ["correlations[0] = 0.5 must hold between and rank_correlation"]),
    (["uncertainties.correlations=[{between: casework, rank_correlation: 0.5}]"], ["between = 'casework' must name two settings"]),
    ([asked((RHO, RATE, 0.5)).replace("rank_correlation", "rank_corelation")], ["rank_corelation is not known", "'rank_correlation'"]),
    (["uncertainties.correlation=[]"], ["uncertainties.correlation is not known", "did you mean 'correlations'?"]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_nonsense_is_refused_with_its_place(words: list[str], said: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load(*PRIORS, *words)
    assert all(text in str(refused.value) for text in said), str(refused.value)


def files(folder: Path) -> str:
    (folder / "uncertainties").mkdir()
    text = f"casework: {{rho_40: {{kind: uniform, low: 0.5, high: 1.5}}}}\ndefault: prior\ncorrelations:\n  - {{between: [{RHO}, {RATE}], rank_correlation: 0.8}}\n"
    (folder / "uncertainties" / "tied.yaml").write_text(text, encoding="utf-8")
    (folder / "uncertainties" / "torn.yaml").write_text(
        text + f"  - {{between: [{RATE}, heads.willing_share], rank_correlation: 0.8}}\n", encoding="utf-8"
    )
    return f"config_dir={folder}"


def test_both_lines_of_a_file_are_named_where_correlations_cannot_hold_together(tmp_path: Path) -> None:
    own = files(tmp_path)
    assert load(own, "uncertainties=tied").uncertainties["casework"].rho_40 > 0
    with pytest.raises(ConfigError, match=r"correlations\[0\] \(.*torn.yaml, line 4\) and .*correlations\[1\] \(.*torn.yaml, line 5\) cannot hold"):
        load(own, "uncertainties=torn")


SHORT = ["world=tiny", "run.weeks=3", "run.burn_in_weeks=1"]


@pytest.mark.slow
def test_a_study_remembers_which_arm_has_correlations(tmp_path: Path) -> None:
    words = [*SHORT, files(tmp_path), "uncertainties=tied,centre,priors", "replicates=2"]
    folder = compare(words, tmp_path / "s", 1)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    has = ["correlations" in config["uncertainties"] for config in configs_of(manifest)]
    assert has == [True, False, False]
    assert verify(folder, 6).different == []


def table_of(words: list[str], *addresses: str) -> np.ndarray:
    made = plan(["world=tiny", *words])
    return np.array([[config["uncertainties"][a.split(".")[0]][a.split(".")[1]] for a in addresses] for config in made.configs])


@pytest.mark.parametrize(("design", "samples"), [("latin_hypercube", 400), ("sobol", 512)])
def test_designs_respect_correlations_and_keep_every_value_of_a_column(design: str, samples: int) -> None:
    words = [*PRIORS, f"design={design}", f"samples={samples}"]
    alone = table_of(words, RHO, RATE, LEAVE)
    together = table_of([*words, asked((RHO, RATE, 0.8))], RHO, RATE, LEAVE)
    assert stats.spearmanr(alone[:, 0], alone[:, 1]).statistic == pytest.approx(0.0, abs=0.1)
    assert stats.spearmanr(together[:, 0], together[:, 1]).statistic == pytest.approx(0.8, abs=0.05)
    assert np.array_equal(np.sort(alone, axis=0), np.sort(together, axis=0)), "each prior is filled as evenly as without"
    still = [k for k in range(3) if np.array_equal(alone[:, k], together[:, k])]
    assert len(still) == 2, "one of the two follows the other; what is not correlated does not move"
    assert 2 in still


def test_intervals_can_be_correlated_too() -> None:
    words = ["design=latin_hypercube", "samples=200", asked((RHO, RATE, -0.7))]
    words += [f"uncertainties.{RHO}=interval(0.5,1.5)", f"uncertainties.{RATE}=interval(1,4)", "levers.posts=interval(40,80)"]
    found = table_of(words, RHO, RATE)
    assert stats.spearmanr(found).statistic == pytest.approx(-0.7, abs=0.08)


@pytest.mark.parametrize("design", ["one_at_a_time", "factorial"])
def test_designs_that_vary_marginals_say_so(design: str, tmp_path: Path) -> None:
    words = [*SHORT, *PRIORS[:2], f"design={design}", "replicates=1", "processes=1"]
    told = plan([*words, asked((RHO, RATE, 0.8))])
    assert [c["uncertainties"] for c in told.configs] == [c["uncertainties"] for c in plan(words).configs]
    folder = sweep([*words, asked((RHO, RATE, 0.8))], tmp_path / "s")
    said = f"Correlations of priors are not used by design={design}: it varies each setting over its own prior alone."
    assert said in (folder / "summary.txt").read_text(encoding="utf-8")
    assert plan(words).notes == ()


def test_priors_that_a_grid_draws_anew_with_every_seed_are_correlated() -> None:
    made = plan(["world=tiny", *PRIORS, asked((RHO, RATE, 0.8)), "levers.posts=40,72"])
    one, other = (scenario(with_seed(config, 4)).uncertainties["arrivals"].rate for config in made.configs)
    assert one == other == load(*PRIORS, asked((RHO, RATE, 0.8)), "seed=4").uncertainties["arrivals"].rate
    assert one != load(*PRIORS, "seed=4").uncertainties["arrivals"].rate or load(*PRIORS, "seed=4").uncertainties["casework"].rho_40 != (
        scenario(with_seed(made.configs[0], 4)).uncertainties["casework"].rho_40
    )


def test_a_factor_over_a_correlated_setting_is_refused_before_any_work() -> None:
    words = ["world=tiny", *PRIORS[1:], f"uncertainties.{RHO}=0.5,0.8", asked((RHO, RATE, 0.8))]
    with pytest.raises(ConfigError, match=r"casework.rho_40 is fixed at .*; only priors can be correlated"):
        checked_plan(words)


def test_the_root_is_that_of_the_matrix() -> None:
    names = ["a.x", "b.y", "c.z"]
    pairs = [{"between": ["a.x", "b.y"], "rank_correlation": 0.5}, {"between": ["c.z", "b.y"], "rank_correlation": -0.3}]
    correlations = matrix(names, pairs)
    factor = root(correlations)
    assert np.allclose(factor, np.linalg.cholesky(np.array(correlations)), atol=1e-14)
    assert root([[1.0, 1.0], [1.0, 1.0]]) is None
    points = np.random.default_rng(1).random((50, 3))
    assert np.array_equal(rearranged(points, names, []), points)
