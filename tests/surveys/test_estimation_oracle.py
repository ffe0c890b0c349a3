"""Every case that R's package survey 4.1 computed on the satisfaction survey of the fixture."""

import csv
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surveys import estimation as est

HERE = Path(__file__).parent / "oracle"
CASES = {
    case["id"]: case
    for case in json.loads((HERE / "oracle.json").read_text(encoding="utf-8"))["cases"]
}
EXACT, IRLS, PROFILE = 1e-9, 1e-7, 1e-4  # R's likelihood interval interpolates between its steps
TRIALS: list[tuple[str, Callable[[Any], Iterator[tuple[Any, Any]]], float]] = []


def case(*names: str, tolerance: float = EXACT):
    """Register a function that yields (found, expected) for the cases named."""

    def keep(function):
        TRIALS.extend((name, function, tolerance) for name in names)
        return function

    return keep


@cache
def rows(wave: str = "2026") -> list[dict[str, str]]:
    with (HERE / "sat.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if wave in {"", row["wave"]}]


def number(name: str, table=None) -> np.ndarray:
    table = rows() if table is None else table
    return np.array([float(row[name]) if row[name] else np.nan for row in table])


def label(name: str, table=None) -> list[str]:
    return [row[name] for row in (rows() if table is None else table)]


def design(table=None, *, ids="psu", strata="region", lonely="fail", factor=1.0) -> est.Design:
    table = rows() if table is None else table
    return est.survey_design(
        weights=number("w", table) * factor,
        strata=[label(strata, table)] if strata else (),
        clusters=[label(ids, table)] if ids else (),
        lonely=lonely,
    )


def top2(table=None) -> np.ndarray:
    overall = number("overall", table)
    return np.where(np.isnan(overall), np.nan, overall >= 4)


def nps(table=None) -> np.ndarray:
    answers = number("nps", table)
    return np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))


def whole(column: np.ndarray) -> list[int | None]:
    return [None if np.isnan(cell) else int(cell) for cell in column]


def compared(found: est.Estimates, expected: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Compare estimates with all that R told of them."""
    yield found.values, expected["est"]
    yield found.se, expected["se"]
    if "n" in expected:
        yield found.n, expected["n"]
    if "df" in expected:
        yield found.design_df if len(found) > 1 else found.df, expected["df"]
    if "vcov" in expected:
        yield found.covariance, expected["vcov"]
    if "domain_df" in expected:
        yield found.df, [expected["domain_df"][name] for name in found.labels]
    for name, df in (("ci95_normal", np.inf), ("ci95_t", None)):
        if name in expected:
            low, high = found.interval(df=expected["df"] if df is None else df)
            yield low, expected[name]["lo"]
            yield high, expected[name]["hi"]
    if "ci95_t_design_df" in expected:
        low, high = found.interval(df=found.design_df)
        yield low, expected["ci95_t_design_df"]["lo"]
        yield high, expected["ci95_t_design_df"]["hi"]


def compared_share(found, expected, *, method) -> Iterator[tuple[Any, Any]]:
    low, high = est.proportion_interval(found, method=method)
    yield found.values, expected["est"]
    yield found.se, expected["se"]
    yield low, expected["lo"]
    if "hi" in expected:
        yield high, expected["hi"]


def compared_contrast(found: est.Contrast, expected) -> Iterator[tuple[Any, Any]]:
    names = {"est": "value", "diff": "value", "z": "t", "p_normal": "p", "lo": "low", "hi": "high"}
    for name in expected.keys() - {"est_by_wave", "se_by_wave", "cov"}:
        yield getattr(found, names.get(name, name)), expected[name]


@case(*(f"sat26.mean.{name}" for name in ["q1", "q2", "q3", "q4", "q5", "q6", "overall"]))
def a_mean(told):
    name = told["id"].rsplit(".", 1)[1]
    yield from compared(est.means(number(name), design=design()), told["expected"])


@case("sat26.mean.satw.overall")
def a_mean_by_weights_only(told):
    found = est.means(number("overall"), design=design(ids=None, strata=None))
    yield from compared(found, told["expected"])


@case("sat26.mean.satstr.overall")
def a_stratified_mean(told):
    found = est.means(number("overall"), design=design(ids=None))
    yield from compared(found, told["expected"])


@case("sat26.nps")
def a_net_promoter_score(told):
    found = est.net_promoter_score(number("nps"), design=design())
    yield from compared(found, told["expected"])


@case("sat26.multi_mean_vcov")
def means_with_their_covariance(told):
    names = ["q1", "q3", "nps"]
    found = est.joint_means([number(name) for name in names], design=design(), labels=names)
    yield from compared(found, told["expected"])


@case("sat26.var.overall")
def a_variance(told):
    found = est.population_variance(number("overall"), design=design())
    yield found.value, told["expected"]["est"]
    yield found.se, told["expected"]["se"]
    yield np.sqrt(found.value), told["expected"]["sd"]


@case("sat26.deff")
def design_effects(told):
    expected, found = told["expected"], est.means(number("overall"), design=design())
    yield from compared(found, {"est": expected["est"], "se": expected["se"]})
    yield found.deff, expected["deff_srswor"]
    spread = est.population_variance(number("overall"), design=design())
    simple = spread.value * (len(rows()) - 1) / len(rows()) / (found.n - 1)
    yield found.se**2 / simple, expected["deff_srswr"]
    yield est.kish_deff(number("w")), expected["kish_deff_weights"]
    yield est.effective_n(number("w")), expected["kish_neff"]
    yield len(rows()), expected["n"]


@case(*(f"sat26.prop_top2.{name}" for name in ("beta", "mean", "asin", "xlogit")))
def a_share_with_its_interval(told):
    found = est.means(top2(), design=design())
    yield from compared_share(found, told["expected"], method=told["id"].rsplit(".", 1)[1])


@case("sat26.prop_top2.logit", tolerance=IRLS)
def a_share_by_iteration(told):
    yield from compared_share(est.means(top2(), design=design()), told["expected"], method="logit")


@case("sat26.prop_top2.likelihood", tolerance=PROFILE)
def a_share_by_likelihood(told):
    found = est.means(top2(), design=design())
    yield from compared_share(found, told["expected"], method="likelihood")


def rare() -> est.Estimates:
    return est.means([name == "S5" for name in label("service")], design=design())


@case("sat26.prop_rare.xlogit", "sat26.prop_rare.beta")
def a_rare_share(told):
    yield from compared_share(rare(), told["expected"], method=told["id"].rsplit(".", 1)[1])


@case("sat26.prop_rare.logit", tolerance=IRLS)
def a_rare_share_by_iteration(told):
    yield from compared_share(rare(), told["expected"], method="logit")


@case("sat26.likert_distribution")
def a_distribution(told):
    found = est.proportions(whole(number("overall")), design=design())
    yield from compared(found, told["expected"])


@case("sat26.twoway_cells")
def cells_of_two_questions(told):
    cells = est.crossed(est.coded(whole(top2())), est.coded(label("region")))
    yield from compared(est.proportions(cells, design=design()), told["expected"])


@case(*(f"sat26.by.{name}.mean_overall" for name in ("region", "sex", "age", "channel", "service")))
def means_by_group(told):
    by = est.coded(label(told["id"].split(".")[2]))
    found = est.means(number("overall"), design=design(), by=by)
    yield from compared(found, told["expected"])


@case(
    *(
        f"sat26.by.{name}.prop_top2_logit"
        for name in ("region", "sex", "age", "channel", "service")
    ),
    tolerance=IRLS,
)
def shares_by_group(told):
    found = est.means(top2(), design=design(), by=label(told["id"].split(".")[2]))
    yield from compared_share(found, told["expected"], method="logit")


@case("sat26.by.office.mean_overall")
def means_of_single_units(told):
    found = est.means(number("overall"), design=design(), by=label("office"))
    yield found.values, told["expected"]["est"]
    yield np.isnan(found.se), [True] * 24
    yield np.isnan(found.interval()), np.ones((2, 24))
    yield found.df, list(told["expected"]["domain_df"].values())


@case("sat26.by.office.within")
def means_within_offices(told):
    found = est.means(
        number("overall"), design=design(ids=None, strata="office"), by=label("office")
    )
    expected = {key: told["expected"][key] for key in told["expected"].keys() - {"domain_df"}}
    yield from compared(found, expected)


@case("sat26.by.office.within.prop_beta")
def shares_within_offices(told):
    found = est.means(top2(), design=design(ids=None, strata="office"), by=label("office"))
    yield from compared_share(found, told["expected"], method="beta")


@case("sat26.by2.region_channel")
def means_by_two_columns(told):
    by = est.crossed(est.coded(label("channel")), est.coded(label("region")))
    found = est.means(number("overall"), design=design(), by=by)
    yield from compared(found, told["expected"])


@case("sat26.by.channel.nps_covmat")
def covariance_between_groups(told):
    yield from compared(est.means(nps(), design=design(), by=label("channel")), told["expected"])


@case("sat26.subset_phone_S")
def a_small_domain(told):
    where = np.array([row["channel"] == "phone" and row["region"] == "S" for row in rows()])
    yield from compared(
        est.means(number("overall"), design=design(), where=where), told["expected"]
    )


@case("sat26.ttest.overall_sex", "sat26.ttest.top2_sex")
def a_t_test(told):
    column = top2() if "top2" in told["id"] else number("overall")
    found = est.difference(column, label("sex"), pair=("F", "M"), design=design())
    yield from compared_contrast(found, told["expected"])


@case("sat26.contrast.online_minus_counter")
def a_contrast(told):
    found = est.means(number("overall"), design=design(), by=label("channel"))
    yield found.labels, ("counter", "online", "phone")
    yield from compared_contrast(est.contrast(found, [-1, 1, 0], df=np.inf), told["expected"])


@case("wave_diff.independent")
def independent_waves(told):
    both = [
        est.means(number("overall", rows(wave)), design=design(rows(wave)))
        for wave in ("2025", "2026")
    ]
    yield [one.values[0] for one in both], told["expected"]["est_by_wave"]
    yield [one.se[0] for one in both], told["expected"]["se_by_wave"]
    found = est.independent_difference(both[0], both[1], df=np.inf)
    yield from compared_contrast(found, told["expected"])


@case(*(f"wave_diff.same_offices{name}" for name in ("", ".top2", ".nps")))
def waves_of_the_same_offices(told):
    table, last = rows(""), told["id"].rsplit(".", 1)[1]
    column = {"top2": top2(table), "nps": nps(table)}.get(last, number("overall", table))
    found = est.means(column, design=design(table, ids="office"), by=label("wave", table))
    if "cov" in told["expected"]:
        yield found.covariance, told["expected"]["cov"]
    yield from compared_contrast(est.contrast(found, [-1, 1], df=np.inf), told["expected"])


@case("wave_ttest.same_offices")
def a_t_test_of_waves(told):
    table = rows("")
    found = est.difference(
        number("overall", table),
        label("wave", table),
        pair=("2025", "2026"),
        design=design(table, ids="office"),
    )
    yield from compared_contrast(found, told["expected"])


@case("sat26.anova_wald.overall_channel")
def a_joint_test(told):
    found = est.wald(est.means(number("overall"), design=design(), by=label("channel")))
    yield [found.f, found.df, found.denominator_df, found.p], list(told["expected"].values())


@case(*(f"sat26.chisq.top2_channel.{name}" for name in ("F", "Chisq", "Wald", "adjWald")))
def independence(told):
    expected = told["expected"]
    found = est.chi_square(
        whole(top2()), label("channel"), design=design(), statistic=told["id"].rsplit(".", 1)[1]
    )
    both = np.ndim(expected["df"]) == 1
    yield found.statistic, expected["stat"]
    yield [found.df, found.denominator_df] if both else found.df, expected["df"]
    yield found.p, expected["p"]


@case("sat26.key_driver_glm")
def a_regression(told):
    expected = told["expected"]
    drivers = [number(name) for name in ("q1", "q2", "q3", "q5")]
    found = est.regression(number("overall"), drivers, design=design())
    yield found.coefficients, expected["est"]
    yield found.se, expected["se"]
    yield found.t, expected["t"]
    yield found.p, expected["p"]
    yield found.df, expected["df_resid"]


@case("sat26.key_driver_corr")
def weighted_correlations(told):
    columns = [number(name) for name in ("overall", "q1", "q2", "q3", "q5")]
    yield est.correlations(columns, design=design()), told["expected"]["full"]
    found = est.key_drivers(columns[0], columns[1:], design=design())
    yield found.correlations, told["expected"]["r"]


def margins(told) -> list[tuple[list[str], dict[str, float]]]:
    return [(label(name), figures) for name, figures in told["expected"]["pop"].items()]


def compared_calibration(found: est.Design, expected) -> Iterator[tuple[Any, Any]]:
    yield found.weights, expected["weights"]
    yield from compared(est.means(number("overall"), design=found), expected["mean_overall"])
    if "by_channel" in expected:
        by = est.means(number("overall"), design=found, by=label("channel"))
        yield from compared(by, expected["by_channel"])


@case("sat26.rake3")
def raking(told):
    found = est.rake(design(), margins(told))
    yield from compared_calibration(found, told["expected"])
    yield est.kish_deff(found.weights), told["expected"]["kish_deff"]


@case("sat26.calibrate_raking3")
def calibration(told):
    yield from compared_calibration(est.calibrate(design(), margins(told)), told["expected"])


@case("sat26.rake3", "sat26.calibrate_raking3", tolerance=IRLS)
def shares_after_calibration(told):
    weigh = est.rake if "rake3" in told["id"] else est.calibrate
    found = est.means(top2(), design=weigh(design(), margins(told)))
    yield from compared_share(found, told["expected"]["prop_top2_logit"], method="logit")


@case("sat26.poststrat_cells")
def post_stratification(told):
    cells = told["expected"]["cells"]
    population = dict(
        zip(zip(cells["region"], cells["sex"], strict=True), cells["Freq"], strict=True)
    )
    by = est.crossed(est.coded(label("region")), est.coded(label("sex")))
    found = est.post_stratify(design(), by, population=population)
    yield from compared_calibration(found, told["expected"])


@case("sat26.rake3_trim")
def trimming(told):
    raked = est.rake(design(), margins(CASES["sat26.rake3"]))
    middle = raked.weights.mean()
    found = est.trim(raked, low=0.3 * middle, high=3 * middle)
    yield found.weights.sum(), told["expected"]["sum"]
    yield from compared_calibration(found, told["expected"])


@case(*(f"lonely.{rule}" for rule in ("adjust", "certainty", "average", "remove")))
def lonely_units(told):
    table = [row for row in rows() if row["region"] != "S" or row["office"] == "S01"]
    by_rule = design(table, lonely=told["id"].split(".")[1])
    yield from compared(est.means(number("overall", table), design=by_rule), told["expected"])


@case("sat26.jackknife_jkn")
def leaving_out_units(told):
    column = number("overall")
    answered = ~np.isnan(column)
    found = est.jackknife(
        design(), lambda w: np.array([np.average(column[answered], weights=w[answered])])
    )
    yield found.values, told["expected"]["est"]
    yield found.se, told["expected"]["se"]
    yield found.df, told["expected"]["degf"]


@case("sat26.jackknife_jkn.by")
def leaving_out_units_by_group(told):
    column, by = nps(), est.coded(label("channel"))

    def by_channel(weights):
        return np.bincount(by.codes, weights * column) / np.bincount(by.codes, weights)

    found = est.jackknife(design(), by_channel)
    yield found.values, told["expected"]["est"]
    yield found.se, told["expected"]["se"]


@case("edge.prop_all_zero")
def nobody(told):
    found = est.means(np.zeros(len(rows())), design=design())
    yield found.values, told["expected"]["est"]
    yield found.se, told["expected"]["se"]
    for method in ("logit", "beta", "wilson"):
        low, high = est.proportion_interval(found, method=method)
        yield low, 0
        yield 0 < high[0] < 0.02, True


@case("edge.weights_rescaled")
def weights_in_another_unit(told):
    found = est.means(number("overall"), design=design(factor=1000))
    yield from compared(found, told["expected"])


@case("base.wilson")
def plain_intervals(told):
    expected = told["expected"]
    plain = est.means(top2()[~np.isnan(top2())], design=est.survey_design(n=expected["n"]))
    yield plain.values * plain.n, expected["x"]
    yield est.wilson(expected["est"], expected["n"]), expected["wilson"]
    yield est.clopper_pearson(expected["est"], expected["n"]), expected["clopper_pearson"]
    for method, name in (("wilson", "wilson"), ("clopper-pearson", "clopper_pearson")):
        yield np.ravel(est.proportion_interval(plain, method=method)), expected[name]


@case("base.chisq")
def plain_independence(told):
    found = est.pearson_chi_square(label("channel"), whole(top2()))
    yield [found.statistic, found.df, found.p], list(told["expected"].values())


@case("base.welch")
def plain_t_test(told):
    found = est.welch(number("overall", rows("2025")), number("overall"))
    yield [found.t, found.df, found.p], [told["expected"][name] for name in ("t", "df", "p")]
    yield [found.low, found.high], told["expected"]["ci"]


@case("base.cronbach_alpha")
def consistency(told):
    alpha, n = est.cronbach_alpha([number(f"q{place}") for place in range(1, 6)])
    yield alpha, told["expected"]["alpha"]
    yield n, told["expected"]["n"]


@pytest.mark.parametrize(
    ("name", "compare", "tolerance"),
    TRIALS,
    ids=[f"{name}:{function.__name__}" for name, function, _tolerance in TRIALS],
)
def test_estimation_agrees_with_r(name, compare, tolerance):
    pairs = list(compare(CASES[name]))

    assert pairs
    for found, expected in pairs:
        if isinstance(expected, tuple):
            assert found == expected
        else:
            np.testing.assert_allclose(
                np.squeeze(found), np.squeeze(expected), rtol=tolerance, atol=1e-13
            )


def test_every_case_is_compared():
    assert sorted({name for name, _compare, _tolerance in TRIALS}) == sorted(CASES)
