"""What makes an estimate impossible, as a reason that the caller can put into words."""

from __future__ import annotations

SENTENCES = {
    "weights": "Weights must be numbers, not negative, and not all zero.",
    "lengths": "All columns must have as many rows as the design has.",
    "design-gaps": "The columns of the design must not have empty cells.",
    "fpc-values": "Population sizes must be positive numbers.",
    "fpc-varies": "The population size differs within a stratum.",
    "fpc-small": "A population size is smaller than the number of sampled units.",
    "fpc-stages": "There are more population sizes than sampling stages.",
    "strata-stages": "There are more columns of strata than sampling stages.",
    "lonely-rule": "The rule for lonely units is not known: {rule}.",
    "lonely": "A stratum has a single primary unit, so its variance cannot be estimated.",
    "empty": "There is no answer to compute from.",
    "not-binary": "A proportion needs values of 0 and 1.",
    "level": "The confidence level must lie between 0 and 1.",
    "method": "The method is not known: {method}.",
    "shares": "Quantiles must lie between 0 and 1.",
    "denominator": "The denominator adds up to zero.",
    "two-groups": "A difference needs two different groups with answers.",
    "margin-totals": "The margins add up to different totals.",
    "margin-values": "Population figures must be positive numbers.",
    "margin-sample": "Nobody in the sample belongs to the category {category}.",
    "margin-population": "The category {category} of the sample has no population figure.",
    "bounds": "Bounds must enclose 1 and be positive.",
    "no-convergence": "The margins cannot be reached: the weights do not settle.",
    "collinear": "The columns determine one another, so their effects cannot be separated.",
    "bands": "Band borders must rise.",
    "table": "A test of independence needs at least two rows and two columns.",
}


class Unusable(ValueError):
    """The data or the request does not allow the estimate; `reason` is a key of SENTENCES."""

    def __init__(self, reason: str, **facts: object) -> None:
        """Keep the reason and its facts, so that a screen can say it in its own language."""
        self.reason = reason
        self.facts = facts
        super().__init__(SENTENCES[reason].format(**facts))
