"""The mistakes that survey software makes, with the wrong and the right figure."""

import numpy as np
import pytest

from surveys import estimation as est

YEAR = "2026"


@pytest.fixture
def overall(satisfaction):
    return satisfaction.number("overall", YEAR)


@pytest.fixture
def clustered(satisfaction):
    return satisfaction.design(YEAR)


@pytest.fixture
def margins(satisfaction):
    population = {
        "region": {"C": 33600, "N": 26400, "NE": 43200, "S": 16800},
        "sex": {"F": 61800, "M": 58200},
        "age": {"18-29": 25200, "30-44": 32400, "45-59": 33600, "60+": 28800},
    }
    return [(satisfaction.label(name, YEAR), figures) for name, figures in population.items()]


def told(number, digits=4):
    return round(float(np.squeeze(number)), digits)


def test_weights_are_not_numbers_of_answers(satisfaction, overall):
    weights = satisfaction.number("w", YEAR)
    answered = ~np.isnan(overall)
    spread = np.average(
        (overall[answered] - np.average(overall[answered], weights=weights[answered])) ** 2,
        weights=weights[answered],
    )
    as_if_persons_had_answered = np.sqrt(spread / weights[answered].sum())

    by_weights = est.means(overall, design=satisfaction.design(YEAR, ids=None, strata=None))

    assert told(as_if_persons_had_answered) == 0.0020
    assert told(by_weights.se) == 0.0445


def test_clusters_are_not_ignored(satisfaction, overall, clustered):
    ignoring = est.means(overall, design=satisfaction.design(YEAR, ids=None))

    right = est.means(overall, design=clustered)

    assert (told(ignoring.se), told(right.se)) == (0.0445, 0.0883)
    assert told(right.deff, 2) == 5.55
    assert told(est.kish_deff(clustered.weights), 2) == 1.43


def test_a_chi_square_knows_the_design(satisfaction, overall, clustered):
    satisfied = ["" if np.isnan(x) else str(int(x >= 4)) for x in overall]
    channel = satisfaction.label("channel", YEAR)

    plain = est.pearson_chi_square(satisfied, channel)
    right = est.chi_square(satisfied, channel, design=clustered)

    assert (told(plain.p, 3), told(right.p, 3)) == (0.044, 0.123)


def test_waves_in_the_same_offices_are_not_independent(satisfaction):
    waves = [
        est.means(satisfaction.number("overall", year), design=satisfaction.design(year))
        for year in ("2025", "2026")
    ]
    both = ("2025", "2026")

    wrong = est.independent_difference(waves[0], waves[1])
    right = est.difference(
        satisfaction.number("overall", *both),
        satisfaction.label("wave", *both),
        pair=both,
        design=satisfaction.design(*both, ids="office"),
    )

    assert (told(wrong.se), told(right.se)) == (0.1216, 0.0652)


def test_a_single_unit_has_no_standard_error(satisfaction, overall, clustered):
    offices = satisfaction.label("office", YEAR)

    alone = est.means(overall, design=clustered, by=offices)
    within = est.means(
        overall, design=satisfaction.design(YEAR, ids=None, strata="office"), by=offices
    )

    assert np.isnan(alone.se).tolist() == [True] * 24
    assert np.isnan(alone.deff).tolist() == [True] * 24
    assert alone.df.tolist() == [0] * 24
    assert np.isnan(est.proportion_interval(alone.times(0.1))).all()
    assert (told(within.se.min(), 2), told(within.se.max(), 2)) == (0.11, 0.24)


def test_a_question_that_one_unit_answered_has_no_standard_error(satisfaction, overall, clustered):
    offices = np.array(satisfaction.label("office", YEAR))

    found = est.means(np.where(offices == "C01", overall, np.nan), design=clustered)

    assert (found.n[0], found.df[0]) == (33, 0)
    assert np.isnan([found.se, *found.interval()]).all()


def test_a_contrast_with_an_unknown_error_is_unknown(satisfaction, overall, clustered):
    found = est.means(overall, design=clustered, by=satisfaction.label("office", YEAR))

    test = est.contrast(found, [1, -1] + [0] * 22)

    assert test.value == pytest.approx(found.values[0] - found.values[1])
    assert np.isnan([test.se, test.t, test.p, test.low, test.high]).all()
    assert np.isnan(est.wald(found).p)


@pytest.mark.parametrize(
    ("method", "high"),
    [("logit", 0.095), ("korn-graubard", 0.095), ("mean", 0.095), ("wilson", 0.094)],
)
def test_nobody_of_37_is_not_zero_to_zero(method, high):
    found = est.means(np.zeros(37), design=est.survey_design(n=37))

    interval = est.proportion_interval(found, method=method)

    assert [told(end, 3) for end in interval] == [0, high]


def test_everybody_of_37_mirrors_nobody():
    found = est.means(np.ones(37), design=est.survey_design(n=37))

    interval = est.proportion_interval(found)

    assert [told(end, 3) for end in interval] == [0.905, 1]


def test_raked_weights_are_not_fixed(overall, clustered, margins):
    raked, calibrated = est.rake(clustered, margins), est.calibrate(clustered, margins)
    fixed = clustered.with_weights(raked.weights)
    answered = ~np.isnan(overall)

    def raked_again(weights):
        kept = weights > 0
        columns = [([c for c, k in zip(cells, kept, strict=True) if k], p) for cells, p in margins]
        again = est.rake(est.survey_design(weights=weights[kept]), columns).weights
        return np.array([np.average(overall[kept & answered], weights=again[answered[kept]])])

    found = [
        est.means(overall, design=raked).se,
        est.means(overall, design=calibrated).se,
        est.jackknife(clustered, raked_again).se,
    ]

    assert [told(se) for se in found] == [0.0855, 0.0840, 0.0866]
    assert told(est.means(overall, design=fixed).se) not in {0.0855, 0.0840, 0.0866}


def test_nps_has_an_interval(satisfaction, clustered):
    found = est.net_promoter_score(satisfaction.number("nps", YEAR), design=clustered)

    low, high = found.interval()

    assert [told(x, 1) for x in (found.values, low, high)] == [4.5, -7.8, 16.7]
    assert found.n.tolist() == [759]


def test_the_two_percentages_of_satisfaction_differ(overall, clustered):
    by_mean = est.mean_percent(overall, design=clustered)
    by_share = est.satisfied_percent(overall, design=clustered)

    assert (told(by_mean.values, 1), told(by_share.values, 1)) == (77.2, 67.5)
    assert (told(by_mean.se, 2), told(by_share.se, 2)) == (1.77, 3.37)


def test_overlapping_intervals_are_no_test(satisfaction, overall, clustered):
    channel = satisfaction.label("channel", YEAR)
    found = est.means(overall, design=clustered, by=channel)
    low, high = found.interval()

    test = est.difference(overall, channel, pair=("counter", "online"), design=clustered)

    assert found.labels[:2] == ("counter", "online")
    assert low[1] < high[0]
    assert told(test.p, 3) == 0.008


def test_many_offices_are_adjusted_for(satisfaction, overall):
    design = satisfaction.design(YEAR, ids=None, strata="office")
    found = est.means(overall, design=design, by=satisfaction.label("office", YEAR))
    p = [est.contrast(found, np.eye(24)[place] - 1 / 24).p for place in range(24)]

    significant = [
        int((np.asarray(x) < 0.05).sum()) for x in (p, est.benjamini_hochberg(p), est.holm(p))
    ]

    assert significant == sorted(significant, reverse=True)
    assert significant[0] > significant[2]


def test_a_word_for_a_mean_is_not_sure_across_a_border():
    sure = est.band(3.86, 3.70, 4.00)
    unsure = est.band(3.86, 3.68, 4.24)

    assert (sure.place, sure.crosses_a_border) == (3, False)
    assert (unsure.place, unsure.lowest, unsure.highest) == (3, 3, 4)
    assert unsure.crosses_a_border


@pytest.mark.parametrize(
    ("value", "place"),
    [(1, 0), (1.8, 0), (1.81, 1), (2.6, 1), (3.4, 2), (4.2, 3), (4.21, 4), (5, 4)],
)
def test_a_border_belongs_to_the_band_below(value, place):
    assert est.band(value, value, value).place == place


def test_an_unknown_interval_reaches_every_band():
    found = est.band(3, np.nan, np.nan)

    assert (found.lowest, found.highest, found.crosses_a_border) == (0, 4, True)
