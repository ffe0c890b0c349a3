"""Fields in texts written ahead: filled in one pass, refused when nobody can fill them."""

import pytest

from agency import placeholders
from agency.refusal import Refused


def test_known_fields_are_filled_and_nothing_else():
    text = "เรื่อง {number} ถึง { name } {other}"

    filled = placeholders.fill(text, {"number": "2570-000001", "name": "{number}"})

    assert filled == "เรื่อง 2570-000001 ถึง {number} {other}"


@pytest.mark.parametrize(
    "text", ["{nmber}", "{}", "{number.__class__}", "{number!r}", "{{number}}"]
)
def test_what_is_no_known_field_is_refused(text):
    with pytest.raises(Refused):
        placeholders.check(text, known=["number"])


def test_a_brace_alone_is_refused_and_plain_text_is_not():
    placeholders.check("ร้อยละ 5 {number}", known=["number"])
    with pytest.raises(Refused):
        placeholders.check("ขาดปีกกา {number", known=["number"])
