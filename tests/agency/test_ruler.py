"""What a clock says in words, and where things stand on the ruler."""

from datetime import date

import pytest
from django.utils import translation

from agency.ruler import Day, Ruler, Span, TimeLeft, Tone, cells, days_between, pins

START, TODAY, DUE = date(2026, 10, 5), date(2026, 10, 9), date(2026, 10, 16)


def ruler(**changes):
    """Two weeks with the weekend and one holiday off."""
    off = {date(2026, 10, 13): "วันนวมินทรมหาราช"}
    days = tuple(
        Day(on=day, is_working=day.weekday() < 5 and day not in off, name=off.get(day, ""))
        for day in days_between(START, DUE)
    )
    facts = {"start": START, "today": TODAY, "due": DUE, "left": TimeLeft(days=4), "days": days}
    return Ruler(**(facts | changes))


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (TimeLeft(days=3), "เหลือ 3 วันทำการ", Tone.ON_TIME),
        (TimeLeft(days=2), "เหลือ 2 วันทำการ", Tone.SOON),
        (TimeLeft(days=3, in_calendar_days=True), "เหลือ 3 วัน", Tone.ON_TIME),
        (TimeLeft(days=0), "ครบกำหนดวันนี้", Tone.SOON),
        (TimeLeft(days=0, is_over=True), "เกินกำหนดแล้ววันนี้", Tone.OVERDUE),
        (TimeLeft(days=-2), "เกิน 2 วันทำการ", Tone.OVERDUE),
        (TimeLeft(days=-2, is_over=True), "เกิน 2 วันทำการ", Tone.OVERDUE),
        (TimeLeft(days=-5, in_calendar_days=True), "เกิน 5 วัน", Tone.OVERDUE),
        (TimeLeft(days=5, is_paused=True), "หยุดนับเวลา", Tone.PAUSED),
        (TimeLeft(days=1, is_ended=True), "เสร็จตามกำหนด", Tone.DONE),
        (TimeLeft(days=-4, is_ended=True), "เสร็จช้ากว่ากำหนด 4 วัน", Tone.DONE),
        (TimeLeft(days=0, is_over=True, is_ended=True), "เสร็จช้ากว่ากำหนด 1 วัน", Tone.DONE),
        (TimeLeft(days=None), "ไม่มีกำหนด", Tone.DONE),
    ],
)
def test_a_clock_says_how_it_stands(left, words, tone):
    with translation.override("th"):
        assert (left.words, left.tone) == (words, tone)


@pytest.mark.parametrize(("used", "width"), [(0.25, "25.0%"), (-1, "0.0%"), (1.8, "100.0%")])
def test_the_mini_bar_stays_in_its_frame(used, width):
    assert TimeLeft(days=1, used=used).percent == width


def test_days_are_drawn_by_what_they_are():
    drawn = ruler(
        pauses=(Span(start=date(2026, 10, 7), end=date(2026, 10, 8)),),
        extensions=(Span(start=date(2026, 10, 15), end=DUE),),
    )

    assert [cell.kind for cell in cells(drawn)] == [
        *("past", "past", "paused", "paused", "past", "free", "free"),
        *("ahead", "free", "ahead", "extended", "extended"),
    ]


def test_days_after_the_due_date_are_over_until_today():
    drawn = ruler(due=date(2026, 10, 7))

    assert [cell.kind for cell in cells(drawn)][:6] == [
        "past",
        "past",
        "past",
        "over",
        "over",
        "free",
    ]


def test_an_ended_matter_is_filled_up_to_its_end():
    drawn = ruler(ended=date(2026, 10, 6))

    assert [cell.kind for cell in cells(drawn)][:4] == ["past", "past", "ahead", "ahead"]


def test_the_days_fill_the_line():
    laid = list(cells(ruler()))

    assert laid[0].x == 0
    assert sum(cell.width for cell in laid) == pytest.approx(1)
    assert laid[5].width == pytest.approx(laid[0].width / 2)


def test_marks_stand_in_order_of_time_and_inside_the_line():
    drawn = ruler(acknowledged=date(2026, 10, 6), today=date(2027, 1, 1))
    placed = pins(drawn, laid=list(cells(drawn)))

    assert [pin.mark.kind for pin in placed] == ["start", "event", "due", "today"]
    assert [pin.x for pin in placed] == sorted(pin.x for pin in placed)
    assert placed[-1].left == "100.000%"
