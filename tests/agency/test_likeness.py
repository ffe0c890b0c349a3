"""Texts of one matter found, texts of different matters kept apart, on fictional labelled pairs."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from agency.likeness import LIKELY, Facts, Text, Weights, likeness, marked, overlap

PAIRS = Path(__file__).parents[1] / "complaints" / "data" / "near_duplicates.csv"
FILED = "ไฟส่องสว่างหน้าโรงเรียนบ้านหนองแวงดับทั้งแถบมาสองสัปดาห์แล้วเด็กเดินกลับบ้านอันตราย"


@pytest.fixture(scope="module")
def pairs():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def scores(pairs):
    texts = {row[side]: Text.of(row[side]) for row in pairs for side in ("first", "second")}
    weights = Weights(texts.values())
    return [
        likeness(texts[row["first"]], texts[row["second"]], weights=weights, facts=facts_of(row))
        for row in pairs
    ]


def facts_of(row) -> Facts:
    return Facts(
        is_same_person=row["same_person"] == "1",
        is_same_district=compared(row["first_district"], row["second_district"]),
        is_same_topic=compared(row["first_category"], row["second_category"]),
    )


def compared(first: str, second: str) -> bool | None:
    return first == second if first and second else None


def score(first: str, second: str) -> float:
    texts = Text.of(first), Text.of(second)
    return likeness(*texts, weights=Weights(texts))


def test_the_pairs_are_three_hundred_and_none_stands_twice(pairs):
    assert len(pairs) == 300
    assert sum(row["same"] == "1" for row in pairs) == 120
    assert len({(row["first"], row["second"]) for row in pairs}) == 300


def test_precision_and_recall_on_the_labelled_pairs(pairs, scores):
    suggested = [row["same"] == "1" for row, s in zip(pairs, scores, strict=True) if s >= LIKELY]

    assert sum(suggested) / len(suggested) >= 0.9
    assert sum(suggested) / 120 >= 0.7


def test_short_texts_are_never_suggested_and_filled_in_forms_hardly_ever(pairs, scores):
    suggested = Counter(row["kind"] for row, s in zip(pairs, scores, strict=True) if s >= LIKELY)

    assert suggested["short"] == 0
    assert suggested["template, other facts"] <= 1


def test_the_same_text_sent_again_is_found_with_small_edits_but_not_with_other_numbers():
    assert score(FILED, FILED) == 1.0
    assert score(FILED, f"เรียนเจ้าหน้าที่ {FILED}") >= LIKELY
    assert score(f"{FILED} เสาที่ 12", f"{FILED} เสาที่ 45") < LIKELY


def test_likeness_does_not_depend_on_the_order():
    other = "ขอให้ซ่อมหลอดไฟริมทางบริเวณโรงเรียนบ้านหนองแวง มืดมาก กลัวเกิดเหตุกับนักเรียน"

    assert score(FILED, other) == pytest.approx(score(other, FILED))


def test_abbreviations_and_thai_digits_are_written_out():
    assert Text.of("รร.บ้านนา ม.๗ ต.ค. ๒,๐๐๐ บาท").words == "โรงเรียนบ้านนา หมู่ 7 ตุลาคม 2000 บาท"


def test_what_stands_everywhere_weighs_nothing():
    form = Text.of("ขอให้เจ้าหน้าที่ดำเนินการตรวจสอบแก้ไขต่อไป")
    weights = Weights([form] * 300)

    assert weights.of("ขอใ") == 0.0
    assert weights.of("ไม่") == 1.0
    assert overlap(form, form, weights=weights) == 0.0


def test_shared_words_are_marked_with_nothing_lost():
    cuts = marked("หลุมหน้าตลาดสดเทศบาล ลึกมาก", "ฝาท่อหน้าตลาดสดเทศบาลหาย")

    assert "".join(piece for piece, _shared in cuts) == "หลุมหน้าตลาดสดเทศบาล ลึกมาก"
    assert [piece for piece, shared in cuts if shared] == ["หน้าตลาดสดเทศบาล"]
