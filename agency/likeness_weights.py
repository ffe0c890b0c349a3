"""Weights of the features by which two texts are held to tell of one matter (agency/likeness.py).

A logistic regression (L2, 0.1 on features of one spread; pairs of one wording and other facts count
three times) on the 1,186 labelled fictional pairs of tests/complaints/data: near_duplicates.csv,
near_duplicates_training.csv and near_duplicates_fresh.csv. `python -m tests.agency.likeness_pairs` fits it
again; tests/agency/test_likeness.py holds the figures here against it. The final pairs
(near_duplicates_final.csv) had no part in the weights; the limit was chosen on them, so that nine in ten
suggestions are right there (docs/MODELS.md).
"""

CONSTANT = -2.888
LIKELY = 0.78  # from here on two texts are shown as perhaps one matter
FACTORS = {
    "stretches": 1.716,
    "density": -1.286,
    "things_shared": 1.061,
    "things": 0.386,
    "other_things": -0.761,
    "troubles": 0.651,
    "other_troubles": -0.708,
    "number": 1.123,
    "other_number": -1.755,
    "other_numbers": -1.352,
    "reference": 0.875,
    "other_reference": -0.738,
    "day": 0.886,
    "other_day": -2.740,
    "amount": 3.386,
    "places": 0.718,
    "other_place": -0.591,
    "spot": 0.846,
    "other_spot": -2.015,
    "conflict": -2.438,
    "person": 1.193,
    "district": 0.630,
    "other_district": -2.236,
    "topic": 0.354,
    "other_topic": -1.117,
    "days": -0.111,
    "template": -1.075,
    "same text": -2.904,
    "other, density": -0.550,
    "other, long stretch": -1.298,
    "long stretch": -0.094,
    "agree, things": 1.541,
    "agree, troubles": 1.015,
    "agree, other things": -1.221,
    "nowhere, things": 0.496,
    "person, followed": 1.371,
    "person, conflict": -0.479,
}
