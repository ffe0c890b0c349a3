"""Estimates small enough to compute by hand, what is refused, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import estimation as est
from surveys.estimation import design as design_module
from surveys.estimation import variance
from surveys.estimation.errors import SENTENCES

FIVE = [1.0, 2, 3, 4, 5]
TWO_STAGES = {
    "clusters": [["a", "a", "b", "b"], [1, 2, 1, 2]],
    "fpc": [[4, 4, 4, 4], [4, 4, 4, 4]],
}


def numbers(*estimates):
    return [round(float(np.squeeze(x)), 10) for x in estimates]


def reason(call, *args, **kwargs):
    with pytest.raises(est.Unusable) as refused:
        call(*args, **kwargs)
    assert str(refused.value) == SENTENCES[refused.value.reason].format(**refused.value.facts)
    return refused.value.reason


# --- by hand -----------------------------------------------------------------------------------


def test_simple_random_sample_of_a_small_population():
    design = est.survey_design(fpc=[[10] * 5])

    mean, total = est.means(FIVE, design=design), est.totals(FIVE, design=design)

    assert numbers(mean.values, mean.se, mean.deff) == [3, 0.5, 1]
    assert numbers(total.values, total.se, total.deff) == [30, 5, 1]
    assert (mean.n[0], mean.df[0]) == (5, 4)


def test_a_census_has_no_sampling_error():
    mean = est.means(FIVE, design=est.survey_design(fpc=[[5] * 5]))

    assert numbers(mean.values, mean.se) == [3, 0]


def test_a_share_sampled_is_as_good_as_a_population_size():
    sizes = est.survey_design(fpc=[[10] * 5])
    shares = est.survey_design(fpc=[[0.5] * 5])

    assert sizes.weights.tolist() == shares.weights.tolist() == [2] * 5
    assert est.means(FIVE, design=shares).se == est.means(FIVE, design=sizes).se


def test_strata_take_out_the_differences_between_them():
    design = est.survey_design(
        weights=[3, 3, 1, 1], strata=[["a", "a", "b", "b"]], fpc=[[6, 6, 2, 2]]
    )

    mean = est.means([1, 3, 10, 20], design=design)

    # total 3*4 + 30 = 42 of 8; variance 6² (1 - 1/3) 2 / 2 = 24, and b is a census
    assert numbers(mean.values, mean.se) == [5.25, round(np.sqrt(24) / 8, 10)]
    assert mean.df[0] == 2


def test_two_stages_add_up():
    design = est.survey_design(**TWO_STAGES)

    total = est.totals([1, 3, 5, 9], design=design)

    # 4² (1 - 1/2) 200 / 2 = 800 between, 4/2 (8 + 32) = 80 within
    assert design.weights.tolist() == [4] * 4
    assert numbers(total.values, total.se**2) == [72, 880]


def test_a_second_stage_without_population_size_is_left_to_the_first():
    design = est.survey_design(
        weights=[4] * 4, clusters=TWO_STAGES["clusters"], fpc=TWO_STAGES["fpc"][:1]
    )

    assert numbers(est.totals([1, 3, 5, 9], design=design).se ** 2) == [800]


def test_units_of_the_same_name_in_other_strata_are_others():
    design = est.survey_design(strata=[["n", "n", "s", "s"]], clusters=[["1", "2", "1", "2"]], n=4)

    assert design.df() == 2


def test_a_ratio_of_totals():
    found = est.ratios([1, 2, 6], [1, 2, 3], design=est.survey_design(n=3))

    # R = 1.5; y - R x = -.5, -1, 1.5; sum of squares 3.5; variance 3/2 * 3.5 / 36
    assert numbers(found.values, found.se**2) == [1.5, round(1.5 * 3.5 / 36, 10)]


def test_missing_answers_leave_only_the_estimate():
    design = est.survey_design(n=6)

    found = est.means([*FIVE, np.nan], design=design)

    # the row without an answer stays a unit: 6/5 instead of 5/4
    assert numbers(found.values, found.se**2) == [3, round(6 / 5 * 10 / 25, 10)]
    assert (found.n[0], found.df[0], found.answered_df[0]) == (5, 5, 4)


def test_groups_without_answers_say_nothing():
    design = est.survey_design(n=5)

    found = est.means([1, 2, 3, np.nan, np.nan], design=design, by=["a", "a", "a", "b", "b"])

    assert found.n.tolist() == [3, 0]
    assert np.isnan([found.values[1], found.se[1], found.deff[1]]).all()


def test_rows_without_a_group_are_in_none():
    found = est.means(FIVE, design=est.survey_design(n=5), by=["a", "a", "a", "", None])

    assert found.labels == ("a",)
    assert numbers(found.values) == [2]


@pytest.mark.parametrize(
    ("share", "rule", "value"),
    [
        (0.5, "math", 2),
        (0.5, "school", 2.5),
        (0.4, "school", 2),
        (0.75, "math", 3),
        (0.76, "math", 4),
    ],
)
def test_quantiles_of_four(share, rule, value):
    found = est.quantiles([4, 2, 1, 3], share, design=est.survey_design(n=4), rule=rule)

    assert found.values.tolist() == [value]


def test_a_quantile_has_woodruffs_interval():
    column = np.arange(1.0, 101)
    design = est.survey_design(n=100)
    share = est.means(column <= 50, design=design)
    low, high = share.interval()

    found = est.quantiles(column, design=design, by=["x"] * 100)

    assert found.values.tolist() == [50]
    assert (found.low[0], found.high[0]) == (np.ceil(low[0] * 100), np.ceil(high[0] * 100))
    assert (found.n[0], found.df[0]) == (100, 99)


def test_categories_add_up():
    found = est.proportions(["x", "y", "y", "", "x", "y"], design=est.survey_design(n=6))

    assert found.labels == ("x", "y")
    assert found.values.tolist() == [0.4, 0.6]
    assert found.covariance.sum() == pytest.approx(0, abs=1e-15)


def test_holm_and_benjamini_hochberg():
    p = [0.01, np.nan, 0.04, 0.03, 0.005]

    np.testing.assert_allclose(est.holm(p), [0.03, np.nan, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(est.benjamini_hochberg(p), [0.02, np.nan, 0.04, 0.04, 0.02])


def test_relative_weights_share_out_the_explained_variance(satisfaction):
    outcome = satisfaction.number("overall", "2026")
    drivers = [satisfaction.number(name, "2026") for name in ("q1", "q2", "q3", "q5")]

    found = est.key_drivers(outcome, drivers, design=satisfaction.design("2026"))

    assert found.n == np.isfinite(np.stack([outcome, *drivers])).all(axis=0).sum()
    assert found.weights.sum() == pytest.approx(found.r_squared)
    assert found.shares.sum() == pytest.approx(1)
    assert np.argsort(-found.shares).tolist() == np.argsort(-found.correlations).tolist()


def test_independent_drivers_weigh_their_squared_correlations():
    a, b = np.tile([-1.0, 1], 8), np.repeat([-1.0, 1], 8)

    found = est.key_drivers(3 * a + 4 * b, [a, b], design=est.survey_design(n=16))

    np.testing.assert_allclose(found.weights, [0.36, 0.64])
    assert found.r_squared == pytest.approx(1)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([50, 40, 30], [0, 0, 0]),
        ([50, 40, 3], [0, 1, 1]),
        ([50, 3, 4], [1, 1, 1]),
        ([50, 6, 4], [0, 1, 1]),
        ([50, 0], [0, 1]),
        ([[50, 40], [30, 20]], [[0, 0], [0, 0]]),
        ([[50, 40, 90], [3, 20, 60], [70, 80, 30]], [[1, 1, 0], [1, 1, 0], [0, 0, 0]]),
    ],
)
def test_small_cells_cannot_be_computed_back(counts, expected):
    assert est.suppressed(counts).astype(int).tolist() == expected


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"weights": [1, -1]}, "weights"),
        ({"weights": [0, 0]}, "weights"),
        ({"weights": [1, np.nan]}, "weights"),
        ({"weights": [1, np.inf]}, "weights"),
        ({"weights": [1, 1], "n": 3}, "lengths"),
        ({"weights": [1, 1], "strata": [["a"]]}, "lengths"),
        ({"strata": [["a", ""]]}, "design-gaps"),
        ({"clusters": [["a", None]]}, "design-gaps"),
        ({"n": 2, "fpc": [[1, 2]]}, "fpc-varies"),
        ({"n": 2, "fpc": [[0, 0]]}, "fpc-values"),
        ({"n": 2, "fpc": [[1.5, 1.5]]}, "fpc-small"),
        ({"n": 2, "fpc": [[5, 5], [5, 5]]}, "fpc-stages"),
        ({"n": 2, "strata": [["a", "a"], ["a", "b"]]}, "strata-stages"),
        ({"n": 2, "lonely": "hope"}, "lonely-rule"),
    ],
)
def test_an_impossible_design_is_refused(facts, expected):
    assert reason(est.survey_design, **facts) == expected


def test_a_lonely_unit_is_refused_unless_a_rule_is_chosen():
    design = est.survey_design(strata=[["a", "a", "b"]])

    assert reason(est.means, [1, 2, 3], design=design) == "lonely"
    assert reason(est.jackknife, design, lambda weights: weights[:1]) == "lonely"


def test_a_lonely_unit_that_is_all_there_is_does_not_matter():
    design = est.survey_design(strata=[["a", "a", "b"]], fpc=[[4, 4, 1]])

    found = est.totals([1, 3, 7], design=design)

    assert numbers(found.values, found.se**2) == [15, 16 * 0.5 * 2 / 2]


def test_estimates_that_make_no_sense_are_refused():
    design = est.survey_design(n=3)
    nothing = [np.nan] * 3

    assert reason(est.means, nothing, design=design) == "empty"
    assert reason(est.totals, nothing, design=design) == "empty"
    assert reason(est.quantiles, nothing, design=design) == "empty"
    assert reason(est.joint_means, [nothing], design=design, labels=["x"]) == "empty"
    assert reason(est.proportions, ["", "", ""], design=design) == "empty"
    assert reason(est.chi_square, ["", "", ""], ["a", "b", "a"], design=design) == "empty"
    assert reason(est.chi_square, ["a"] * 3, ["a", "b", "a"], design=design) == "table"
    assert reason(est.means, [1, 2], design=design) == "lengths"
    assert reason(est.means, [1, 2, 3], design=design, by=["a"]) == "lengths"
    assert reason(est.means, [1, 2, 3], design=design, where=np.ones(2, bool)) == "lengths"
    assert reason(est.ratios, [1, 2, 3], [0, 0, 0], design=design) == "denominator"


def test_unknown_methods_and_levels_are_refused():
    design = est.survey_design(n=3)
    found = est.means([1, 2, 3], design=design)

    assert reason(est.quantiles, [1, 2, 3], 1.5, design=design) == "shares"
    assert reason(est.quantiles, [1, 2, 3], design=design, rule="none") == "method"
    assert reason(est.proportion_interval, found) == "not-binary"
    assert reason(est.proportion_interval, found, method="guess") == "method"
    assert reason(found.interval, 1.5) == "level"
    assert reason(est.wilson, 0.5, 10, 0) == "level"
    assert reason(est.clopper_pearson, 0.5, 10, 1) == "level"
    assert reason(est.chi_square, ["a", "b", "a"], [1, 2, 2], design=design, statistic="?") == (
        "method"
    )


def test_figures_that_make_no_sense_are_refused():
    design = est.survey_design(n=3)
    nothing, found = [np.nan] * 3, est.means([1, 2, 3], design=design)

    assert reason(est.wald, found) == "two-groups"
    assert reason(est.contrast, found, [1, 2]) == "lengths"
    assert reason(est.welch, [1], [2, 3]) == "empty"
    assert reason(est.kish_deff, [0, 0]) == "weights"
    assert reason(est.band, 3, 2, 4, borders=[2, 1]) == "bands"
    assert reason(est.suppressed, [-1, 5]) == "table"
    assert reason(est.population_variance, [1, np.nan, np.nan], design=design) == "empty"
    assert reason(est.correlations, [nothing], design=design) == "empty"
    assert reason(est.regression, [1, 2, 3], [[1, 1, 1]], design=design) == "collinear"
    assert reason(est.key_drivers, [1, 2, 3], [[1, 1, 1]], design=design) == "collinear"
    assert reason(est.cronbach_alpha, [[1, 2, 3]]) == "empty"
    assert reason(est.cronbach_alpha, [[1, 1], [1, 1]]) == "collinear"


@pytest.mark.parametrize("pair", [("a", "a"), ("a", "z"), ("a", "c")])
def test_a_difference_needs_two_groups_with_answers(pair):
    design = est.survey_design(n=5)
    groups = ["a", "a", "b", "b", "c"]

    found = reason(est.difference, [1, 2, 3, 4, np.nan], groups, pair=pair, design=design)

    assert found == "two-groups"


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        ({"a": 10}, "margin-population"),
        ({"a": 10, "b": 0}, "margin-values"),
        ({"a": 10, "b": 10, "c": 10}, "margin-sample"),
    ],
)
def test_population_figures_must_fit_the_sample(population, expected):
    design, cells = est.survey_design(n=3), ["a", "b", "a"]

    assert reason(est.post_stratify, design, cells, population=population) == expected
    assert reason(est.rake, design, [(cells, population)]) == expected
    assert reason(est.calibrate, design, [(cells, population)]) == expected


def test_margins_must_agree_and_be_reachable():
    design = est.survey_design(n=4)
    first, second = ["a", "a", "b", "b"], ["x", "x", "y", "y"]

    def both(weigh, x, **more):
        margins = [(first, {"a": 50, "b": 50}), (second, {"x": x, "y": 100 - x})]
        return reason(weigh, design, margins, **more)

    assert reason(est.rake, design, []) == "margin-totals"
    assert reason(est.rake, design, [(first, {"a": 1, "b": 1}), (second, {"x": 1, "y": 2})]) == (
        "margin-totals"
    )
    assert both(est.rake, 30) == "no-convergence"
    assert both(est.calibrate, 30) == "no-convergence"
    assert both(est.calibrate, 50, bounds=(1.1, 2)) == "bounds"
    assert reason(est.trim, design, low=2) == "bounds"


# --- what must always hold ---------------------------------------------------------------------


@pytest.fixture(params=["fail", "adjust", "average", "certainty"])
def random_design(request):
    random = np.random.default_rng(4)
    strata = random.integers(0, 6, 400)
    clusters = random.integers(0, 5, 400)
    if request.param != "fail":
        clusters[strata == 5] = 0
    return est.survey_design(
        weights=random.uniform(1, 9, 400),
        strata=[strata],
        clusters=[clusters],
        lonely=request.param,
    )


def test_large_tables_are_computed_alike(random_design, monkeypatch):
    random = np.random.default_rng(5)
    column, by = random.integers(1, 6, 400).astype(float), random.integers(0, 7, 400)
    usual = est.means(column, design=random_design, by=by)

    monkeypatch.setattr(variance, "DENSE", 0)
    monkeypatch.setattr(design_module, "SORTED", 0)
    large = est.means(column, design=random_design, by=by)

    np.testing.assert_allclose(large.covariance, usual.covariance, rtol=1e-9, atol=1e-12)
    assert large.df.tolist() == usual.df.tolist()


def raked(design, margin):
    return est.rake(design, [(margin, {0: 500, 1: 300, 2: 200})])


def post_stratified(design, margin):
    return est.post_stratify(design, margin, population={0: 500, 1: 300, 2: 200})


def trimmed_and_calibrated(design, margin):
    trimmed = est.trim(post_stratified(design, margin), high=6)
    return est.calibrate(trimmed, [(margin, {0: 500, 1: 300, 2: 200})])


@pytest.mark.parametrize("weigh", [raked, post_stratified, trimmed_and_calibrated])
def test_calibrated_tables_are_computed_alike_in_blocks(random_design, monkeypatch, weigh):
    random = np.random.default_rng(6)
    column, by = random.integers(1, 6, 400).astype(float), random.integers(0, 7, 400)
    calibrated = weigh(random_design, random.integers(0, 3, 400))
    usual = est.means(column, design=calibrated, by=by)

    monkeypatch.setattr(variance, "DENSE", 0)
    blocks = est.means(column, design=calibrated, by=by)

    np.testing.assert_allclose(blocks.covariance, usual.covariance, rtol=1e-9, atol=1e-12)


samples = st.lists(
    st.tuples(
        st.integers(1, 5), st.floats(0.1, 50), st.sampled_from("ab"), st.sampled_from("wxyz")
    ),
    min_size=8,
    max_size=40,
).filter(lambda rows: {(s, u) for _y, _w, s, u in rows} >= {(s, u) for s in "ab" for u in "wx"})


def estimated(rows, *, factor=1.0):
    answers, weights, strata, units = zip(*rows, strict=True)
    design = est.survey_design(
        weights=np.array(weights) * factor, strata=[strata], clusters=[units]
    )
    mean = est.means(answers, design=design)
    share = est.shares_of(answers, [4, 5], design=design)
    interval = est.proportion_interval(share, method="korn-graubard")
    return np.concatenate([mean.values, mean.se, mean.df, share.values, *interval])


@settings(max_examples=50)
@given(samples, st.floats(0.001, 1000))
def test_the_unit_of_weights_does_not_matter(rows, factor):
    np.testing.assert_allclose(estimated(rows, factor=factor), estimated(rows), 1e-7, 1e-9)


@settings(max_examples=50)
@given(samples, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    mixed = random.sample(rows, len(rows))

    np.testing.assert_allclose(estimated(mixed), estimated(rows), rtol=1e-7, atol=1e-9)


@settings(max_examples=50)
@given(samples)
def test_an_interval_of_a_share_holds_it_and_stays_between_0_and_1(rows):
    share, low, high = estimated(rows)[-3:]

    assert 0 <= low <= share <= high <= 1


@settings(max_examples=50)
@given(samples, st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_raking_reaches_the_margins(rows, first, second):
    _answers, weights, strata, units = zip(*rows, strict=True)
    early = ["early" if unit in "wy" else "late" for unit in units]
    margins = [
        (strata, {"a": 1000 * first, "b": 1000 * (1 - first)}),
        (early, {"early": 1000 * second, "late": 1000 * (1 - second)}),
    ]
    design = est.survey_design(weights=weights, strata=[strata], clusters=[units])

    raked, calibrated = est.rake(design, margins), est.calibrate(design, margins)

    np.testing.assert_allclose(calibrated.weights, raked.weights, rtol=1e-6)
    for cells, population in margins:
        for name, persons in population.items():
            reached = raked.weights[np.array(cells) == name].sum()
            assert reached == pytest.approx(persons, rel=1e-9)


def test_bounds_hold_and_margins_are_reached(satisfaction):
    region = satisfaction.label("region", "2026")
    sex = satisfaction.label("sex", "2026")
    design = satisfaction.design("2026")
    margins = [
        (region, {"C": 33600, "N": 26400, "NE": 43200, "S": 16800}),
        (sex, {"F": 61800, "M": 58200}),
    ]
    scaled = design.weights * 120000 / design.weights.sum()
    free = est.calibrate(design, margins).weights / scaled

    found = est.calibrate(design, margins, bounds=(0.7, 1.8))
    factors = found.weights / scaled

    assert free.max() > 1.8 or free.min() < 0.7
    assert (factors >= 0.7 - 1e-12).all()
    assert (factors <= 1.8 + 1e-12).all()
    for cells, population in margins:
        for name, persons in population.items():
            assert found.weights[np.array(cells) == name].sum() == pytest.approx(persons)


@settings(max_examples=100)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=5))
def test_no_line_hides_a_single_cell(rows):
    counts = np.array(rows)

    hidden = est.suppressed(counts)

    assert hidden[counts < 10].all()
    for table, secret in ((counts, hidden), (counts.T, hidden.T)):
        for line, chosen in zip(table, secret, strict=True):
            known = line[chosen].sum() >= 10 and chosen.sum() >= 2
            assert known or chosen.all() or not (line[chosen] > 0).any()


# --- labels and edges --------------------------------------------------------------------------


def test_labels_of_any_kind_become_codes():
    floats = est.coded([2.5, np.nan, 1.0])
    wide = est.coded([10**12, 5, 10**12])
    crossed = est.crossed(est.coded(["a", "b", ""]), est.coded([1, 2, 1]))

    assert (floats.labels, floats.codes.tolist()) == ((1.0, 2.5), [1, -1, 0])
    assert (wide.labels, wide.codes.tolist()) == ((5, 10**12), [1, 0, 1])
    assert (crossed.labels, crossed.codes.tolist()) == ((("a", 1), ("b", 2)), [0, 1, -1])
    assert est.coded(floats) is floats


def test_columns_of_another_length_are_refused():
    design, short = est.survey_design(n=3), ["a", "b"]

    assert reason(est.difference, [1, 2, 3], short, pair=("a", "b"), design=design) == "lengths"
    assert reason(est.chi_square, short, short, design=design) == "lengths"
    assert reason(est.rake, design, [(short, {"a": 1, "b": 1})]) == "lengths"
    assert reason(est.rake, design, [(["a", "b", ""], {"a": 1, "b": 1})]) == "margin-population"
    found = est.means([1, 2, 3], design=design, by=["a", "b", "b"])
    assert reason(est.independent_difference, found, found) == "lengths"
    assert reason(est.survey_design, n=3, clusters=[est.coded(short)]) == "lengths"


def test_samples_without_variance_differ_surely_but_without_a_test():
    found = est.welch([1, 1], [3, 3])

    assert (found.value, found.se, found.low, found.high) == (-2, 0, -2, -2)
    assert np.isnan(found.t)


@pytest.mark.parametrize("statistic", ["F", "Chisq", "Wald", "adjWald"])
def test_too_few_units_for_a_test_of_independence(statistic):
    design = est.survey_design(clusters=[["u"] * 8])

    found = est.chi_square(["a", "b"] * 4, list("xxxyyyxy"), design=design, statistic=statistic)

    assert np.isnan(found.p)
    assert found.n == 8


def test_a_domain_limits_a_test_of_independence():
    rows, columns = ["a", "b", "a", "b"] * 5, ["x", "x", "y", "y", "x"] * 4
    where = np.arange(20) < 16
    design = est.survey_design(n=20)

    found = est.chi_square(rows, columns, design=design, where=where)

    assert found.n == 16
    assert found.denominator_df == pytest.approx(15)


def test_a_rule_without_usable_strata_knows_nothing():
    design = est.survey_design(
        strata=[["a", "b", "b"]], clusters=[["u", "v", "w"]], lonely="average"
    )

    found = est.means([1, 2, 4], design=design, by=["x", "y", "y"])

    assert np.isnan(found.se[0])
    assert found.se[1] > 0


def test_a_likelihood_interval_needs_both_answers():
    design = est.survey_design(n=8)

    found = est.means([0, 1, 0, 1, 1, 1, 1, 1], design=design, by=list("aaaabbbb"))
    low, high = est.proportion_interval(found, method="likelihood")

    assert (round(low[0], 4), round(high[0], 4)) == (0.0140, 0.9860)
    assert (high[1], 0.3 < low[1] < 0.6) == (1, True)


def test_nothing_explained_has_no_shares():
    found = est.key_drivers([1, -1, 1, -1], [[1, 1, -1, -1]], design=est.survey_design(n=4))

    assert found.r_squared == 0
    assert np.isnan(found.shares).all()
    assert (
        reason(
            est.key_drivers,
            [1, 2, 3, 5],
            [[1, 2, 3, 4], [2, 4, 6, 8]],
            design=est.survey_design(n=4),
        )
        == "collinear"
    )


def test_a_regression_with_too_few_units_has_no_errors():
    design = est.survey_design(clusters=[[1, 1, 1, 2, 2, 2]])

    found = est.regression([1, 2, 3, 4, 6, 5], [[1, 2, 1, 2, 1, 2]], design=design)

    assert np.isfinite(found.coefficients).all()
    assert np.isnan([*found.se, *found.p]).all()
