"""The formulas against published values (Newcombe 1998, table I) and one worked by hand."""

import pytest

from pmqa.indicators.statistics import two_share_p, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (20, 20, 0.8389, 1.0)],
)  # fmt: skip
def test_wilson_is_newcombes(numerator, denominator, low, high):
    assert wilson(numerator, denominator) == pytest.approx((low, high), abs=5e-5)


def test_wilson_refuses_to_divide_by_nothing():
    with pytest.raises(ValueError, match="cases to divide by"):
        wilson(0, 0)


def test_two_shares_by_hand():
    # pooled 105/200 = .525, error sqrt(.525 × .475 × .02) = .070622, z = .15 / .070622 = 2.1240
    assert two_share_p((60, 100), (45, 100)) == pytest.approx(0.0337, abs=5e-5)


def test_two_equal_shares_do_not_differ():
    assert two_share_p((30, 60), (50, 100)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("first", "second"), [((0, 0), (5, 10)), ((1, 9), (2, 9)), ((50, 50), (40, 40))]
)
def test_too_few_cases_give_no_test(first, second):
    assert two_share_p(first, second) is None
