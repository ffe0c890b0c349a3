"""Personal data in fictional sentences, found and masked."""

import json
from pathlib import Path

import pytest

from listening.text.masking import has_check_digit, masked, personal_data

SENTENCES = json.loads(
    (Path(__file__).parent / "data" / "personal_data.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one["text"])
def test_what_is_personal_is_found_and_nothing_else(sentence):
    text = sentence["text"]

    found = [[one.kind, text[one.start : one.end]] for one in personal_data(text)]

    assert found == sentence["personal"]


def test_masking_leaves_the_rest_of_the_text():
    text = "นายสมชาย ใจดี โทร 081-234-5678 ร้องว่าน้ำไม่ไหล"

    assert masked(text) == "นาย[ชื่อ] โทร [โทรศัพท์] ร้องว่าน้ำไม่ไหล"


def test_a_wrong_check_digit_is_no_national_id():
    assert not has_check_digit("1234567890123")
    assert not has_check_digit("0000000000001")
