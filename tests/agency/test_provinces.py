"""Provinces: seventy-seven, in the order of a dictionary."""

from django.utils import translation

from agency.provinces import PROVINCES, province_choices, province_name


def test_there_are_seventy_seven_with_two_digit_codes():
    assert len(PROVINCES) == 77
    assert {len(code) for code in PROVINCES} == {2}


def test_names_follow_the_language_and_unknown_codes_stay():
    with translation.override("th"):
        thai = province_name("50")
    with translation.override("en"):
        english = province_name("50")

    assert (thai, english, province_name("99")) == ("เชียงใหม่", "Chiang Mai", "99")


def test_choices_begin_with_bangkok_and_sort_leading_vowels_by_their_consonant():
    with translation.override("th"):
        names = [name for _code, name in province_choices()]

    assert names[:3] == ["กรุงเทพมหานคร", "กระบี่", "กาญจนบุรี"]
    assert names.index("จันทบุรี") < names.index("เชียงใหม่") < names.index("ตรัง")
