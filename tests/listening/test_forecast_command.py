"""`manage.py forecast`: what it prints, and the sentence for each kind of bad input."""

import json
from datetime import date, timedelta
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

START = date(2026, 1, 5)
WEEK = [13, 12, 11, 10, 10, 5, 4]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def written(folder, lines, *, name="counts.csv", encoding="utf-8"):
    path = folder / name
    path.write_text("\n".join(["วันที่,จำนวน", *lines]) + "\n", encoding=encoding)
    return str(path)


def weeks(count):
    return [
        f"{START + timedelta(days=place)},{WEEK[place % 7] * 100}" for place in range(count * 7)
    ]


def printed(path, *, horizon="7", **more):
    out = StringIO()
    call_command("forecast", path, date="วันที่", count="จำนวน", horizon=horizon, stdout=out, **more)
    return json.loads(out.getvalue())


def refused(path, **more):
    with pytest.raises(CommandError) as caught:
        printed(path, **more)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_it_prints_steps_method_and_back_test(tmp_path, encoding):
    told = printed(written(tmp_path, weeks(8), encoding=encoding))

    head = {
        name: told[name] for name in ("step", "season", "observations", "first", "last", "horizon")
    }
    assert head == {
        "step": "day",
        "season": 7,
        "observations": 56,
        "first": "2026-01-05",
        "last": "2026-03-01",
        "horizon": 7,
    }
    assert [step["mean"] for step in told["forecast"]] == [value * 100 for value in WEEK]
    assert told["forecast"][0] == {
        "step": 1,
        "date": "2026-03-02",
        "mean": 1300.0,
        "low_80": 1300.0,
        "high_80": 1300.0,
        "low_95": 1300.0,
        "high_95": 1300.0,
    }
    assert told["back_test"]["coverage_95"] == 1.0


def test_it_reads_a_workbook_with_real_dates(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["วันที่", "จำนวน"])
    for place in range(21):
        book.active.append([START + timedelta(days=place), WEEK[place % 7]])
    book.save(tmp_path / "counts.xlsx")

    told = printed(str(tmp_path / "counts.xlsx"))

    assert (told["step"], told["observations"]) == ("day", 21)


def test_it_reads_buddhist_years_thai_digits_and_months(tmp_path):
    thai = [f"{place + 1} ม.ค. ๒๕๖๙,๑๒" for place in range(10)]
    months = [f"{2567 + place // 12}-{place % 12 + 1:02},5" for place in range(12)]

    assert printed(written(tmp_path, thai))["first"] == "2026-01-01"
    assert printed(written(tmp_path, months))["step"] == "month"


def test_a_missing_day_is_told_and_zero_only_when_said(tmp_path, capsys):
    lines = weeks(8)
    del lines[30]
    path = written(tmp_path, lines)
    told = StringIO()

    unknown = printed(path, stderr=told)
    zero = printed(path, missing="zero")

    assert (unknown["missing"], unknown["observations"]) == (1, 55)
    assert told.getvalue().startswith("1 step has no count")
    assert (zero["missing"], zero["observations"]) == (0, 56)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["2026-01-05,1", "never,2"], "Row 3: “never” is no date."),
        (["2026-01-05,1", "2026-01-06,-2"], "Row 3: “-2” is no count."),
        (["2026-01-05,1", "2026-01-06,nan"], "Row 3: “nan” is no count."),
        (["2026-01-05,1", "2026-01-05,2"], "Rows 2 and 3 are both of 2026-01-05."),
        (["2026-01-05,1"], "A forecast needs at least 8 counts; the file has 1."),
    ],
)
def test_a_bad_file_is_a_sentence(tmp_path, lines, sentence):
    assert refused(written(tmp_path, lines)).startswith(sentence)


@pytest.mark.parametrize("horizon", ["0", "-1", "367", "ten", "1.5"])
def test_a_bad_horizon_is_a_sentence(tmp_path, horizon):
    sentence = refused(written(tmp_path, weeks(3)), horizon=horizon)

    assert sentence.startswith("The horizon is a whole number of steps from 1 to 366")


def test_a_missing_column_and_file_are_sentences(tmp_path):
    (tmp_path / "other.csv").write_text("day,n\n2026-01-05,1\n", encoding="utf-8")

    assert "has no column “วันที่”" in refused(str(tmp_path / "other.csv"))
    assert "cannot be opened" in refused(str(tmp_path / "none.csv"))
