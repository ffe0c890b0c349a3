"""Two hundred fictional sentences with marked personal data: how much is found, how much is right."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from listening.text.masking import personal_data

FILE = Path(__file__).parent / "data" / "masking_200.csv"
MARK = re.compile(r"\{(\w+):([^}]*)\}")
SURE = ("national_id", "phone", "email")  # by form alone; names and plates need the words around


def read(marked):
    """Return the sentence without its marks, and what they say: kind, start, end."""
    text, spans, at = "", set(), 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        spans.add((mark[1], len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    return text + marked[at:], spans


@pytest.fixture(scope="module")
def counted():
    """Count, by kind, what is marked, what is found, and what is both to the letter."""
    marked, found, both = Counter(), Counter(), Counter()
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text, spans = read(row["marked"])
            seen = {(one.kind, one.start, one.end) for one in personal_data(text)}
            for into, which in ((marked, spans), (found, seen), (both, spans & seen)):
                into.update(kind for kind, _start, _end in which)
    return marked, found, both


def test_the_set_is_two_hundred_sentences_a_third_without_anything_personal():
    with FILE.open(encoding="utf-8", newline="") as file:
        spans = [read(row["marked"])[1] for row in csv.DictReader(file)]

    assert len(spans) == 200
    assert sum(not one for one in spans) == 70


@pytest.mark.parametrize("kind", SURE)
def test_ids_telephones_and_mail_are_found(counted, kind):
    marked, found, both = counted

    assert both[kind] / marked[kind] >= 0.98
    assert both[kind] / found[kind] >= 0.95


@pytest.mark.parametrize("kind", ["line", "account", "plate", "name"])
def test_what_needs_the_words_around_is_mostly_found(counted, kind):
    marked, found, both = counted

    assert both[kind] / marked[kind] >= 0.9
    assert both[kind] / found[kind] >= 0.95


@pytest.mark.parametrize(
    "text",
    [
        "เปิด 08.30-16.30 น.",
        "โทรมาเวลา 07.00 - 17.00",
        "วันที่ 27 กค 2566 เวลา 6:30",
        "จาก 5 นายเป็น 7 นาย",
        "ถนนนางลิ้นจี่ เขตสาทร",
        "แอดไลน์ https://example.com",
        "https://example.go.th/detail/9610000009936",
    ],
)
def test_hours_months_streets_and_addresses_of_pages_are_left(text):
    assert personal_data(text) == []


def test_a_telephone_and_the_next_one_are_no_national_id():
    text = "โทร 088-000-8888 02-0002222"

    found = [(one.kind, text[one.start : one.end]) for one in personal_data(text)]

    assert found == [("phone", "088-000-8888"), ("phone", "02-0002222")]
