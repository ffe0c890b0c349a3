"""What a survey really says: design-based estimates with honest errors, on numpy and scipy alone.

Weights, strata, clusters and finite populations; means, totals, proportions, ratios, quantiles;
comparisons; calibration; key drivers; suppression. Pure functions over arrays, no Django. Checked
against R's package survey 4.1.
"""

from surveys.estimation.calibration import (
    calibrate,
    effective_n,
    kish_deff,
    post_stratify,
    rake,
    trim,
)
from surveys.estimation.codes import Coded, coded, crossed
from surveys.estimation.comparisons import (
    Contrast,
    Wald,
    benjamini_hochberg,
    contrast,
    difference,
    holm,
    independent_difference,
    wald,
    welch,
)
from surveys.estimation.design import Design, survey_design
from surveys.estimation.drivers import (
    KeyDrivers,
    Regression,
    correlations,
    cronbach_alpha,
    key_drivers,
    regression,
)
from surveys.estimation.errors import Unusable
from surveys.estimation.estimates import (
    Estimates,
    joint_means,
    means,
    proportions,
    ratios,
    totals,
)
from surveys.estimation.intervals import clopper_pearson, proportion_interval, wilson
from surveys.estimation.quantiles import Quantiles, quantiles
from surveys.estimation.replicates import Replicated, jackknife
from surveys.estimation.scores import (
    Band,
    Variance,
    band,
    mean_percent,
    net_promoter_score,
    population_variance,
    satisfied_percent,
    shares_of,
)
from surveys.estimation.sizes import Size, size_for_share
from surveys.estimation.suppression import suppressed
from surveys.estimation.tables import Independence, chi_square, pearson_chi_square

__all__ = [
    "Band",
    "Coded",
    "Contrast",
    "Design",
    "Estimates",
    "Independence",
    "KeyDrivers",
    "Quantiles",
    "Regression",
    "Replicated",
    "Size",
    "Unusable",
    "Variance",
    "Wald",
    "band",
    "benjamini_hochberg",
    "calibrate",
    "chi_square",
    "clopper_pearson",
    "coded",
    "contrast",
    "correlations",
    "cronbach_alpha",
    "crossed",
    "difference",
    "effective_n",
    "holm",
    "independent_difference",
    "jackknife",
    "joint_means",
    "key_drivers",
    "kish_deff",
    "mean_percent",
    "means",
    "net_promoter_score",
    "pearson_chi_square",
    "population_variance",
    "post_stratify",
    "proportion_interval",
    "proportions",
    "quantiles",
    "rake",
    "ratios",
    "regression",
    "satisfied_percent",
    "shares_of",
    "size_for_share",
    "suppressed",
    "survey_design",
    "totals",
    "trim",
    "wald",
    "welch",
    "wilson",
]
