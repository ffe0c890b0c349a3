"""What people type into date, ID and telephone fields."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agency.widgets import NationalIdField, PhoneField, ThaiDateField


@pytest.mark.parametrize("typed", ["7/10/2569", "๗ ต.ค. ๒๕๖๙", "2026-10-07"])
def test_a_date_is_read_in_any_dress(typed):
    assert ThaiDateField().clean(typed) == date(2026, 10, 7)


def test_no_date_gets_a_sentence_with_the_mend():
    with pytest.raises(ValidationError) as refusal:
        ThaiDateField().clean("พรุ่งนี้")

    with translation.override("en"):
        assert refusal.value.messages == [
            "This is not a date. Type it as day/month/year, for example 7/10/2569."
        ]


@pytest.mark.parametrize(("language", "shown"), [("th", "7/10/2569"), ("en", "7/10/2026")])
def test_a_date_is_shown_in_the_era_of_the_screen(language, shown):
    with translation.override(language):
        assert ThaiDateField().widget.format_value(date(2026, 10, 7)) == shown


def test_what_was_typed_wrongly_stays():
    assert ThaiDateField().widget.format_value("32/13/2569") == "32/13/2569"


def test_another_spelling_of_the_same_day_is_no_change():
    assert ThaiDateField().has_changed(date(2026, 10, 7), "๗/๑๐/๒๕๖๙") is False
    assert ThaiDateField().has_changed(date(2026, 10, 7), "8/10/2569") is True
    assert ThaiDateField().has_changed(date(2026, 10, 7), "?") is True


@pytest.mark.parametrize("typed", ["1101700230708", "1-1017-00230-70-8", "๑๑๐๑๗๐๐๒๓๐๗๐๘"])
def test_a_national_id_is_read_in_any_grouping(typed):
    assert NationalIdField().clean(typed) == "1101700230708"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("110170023070", "A national ID has 13 digits; 12 were typed."),
        (
            "1101700230707",
            "This number has a mistyped digit: its check digit does not fit. Compare it with the card.",
        ),
    ],
)
def test_a_wrong_national_id_is_explained(typed, sentence):
    with pytest.raises(ValidationError) as refusal:
        NationalIdField().clean(typed)

    with translation.override("en"):
        assert refusal.value.messages == [sentence]


def test_an_optional_national_id_may_be_empty():
    assert NationalIdField(required=False).clean("") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("081-234-5678", "0812345678"),
        ("๐๘๑ ๒๓๔ ๕๖๗๘", "0812345678"),
        ("+66 81 234 5678", "0812345678"),
        ("02 123 4567", "021234567"),
        ("+49 30 1234567", "+49301234567"),
    ],
)
def test_a_telephone_number_is_kept_bare(typed, kept):
    assert PhoneField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "0812345678901", "โทรมา", "1812345678", "+1"])
def test_no_telephone_number_is_refused(typed):
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)
