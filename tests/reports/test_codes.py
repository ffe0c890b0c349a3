"""The printed references: read as typed, refused after a slip of the pen."""

import pytest

from pmqa.reports.codes import Place, code_of, read

PLACE = Place(report=12, row=45)


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{0[0]}{0[1]} – ๔๕{0[5]}"], ids=["printed", "spaces", "Thai digits"]
)
def test_a_reference_is_read_as_people_type_it(typed):
    assert read(typed.format(code_of(PLACE)).lower()) == PLACE


def test_a_wrong_or_swapped_digit_is_no_reference():
    letter = code_of(PLACE)[-1]
    slips = ["12-46", "12-54", "21-45", "13-45", "12-4", "12-456", "1-245"]

    assert [slip for slip in slips if read(f"{slip}{letter}")] == []
    assert [text for text in ("", "12", "K", "12-45", "a-bC", "9" * 40) if read(text)] == []
