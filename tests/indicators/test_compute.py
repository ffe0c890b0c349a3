"""Each indicator on cases worked out by hand, and at cut-offs before what came later."""

from datetime import date, timedelta

import pytest

from agency.models import ServiceMonth
from complaints import lifecycle
from complaints.models import Cause, Kind
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from tests.factories.agency import PartnerAgencyFactory, ServiceFactory
from tests.factories.complaints import RejectionReasonFactory
from tests.indicators.story import SOMSRI, at, open_office

pytestmark = pytest.mark.django_db

OCTOBER = periods.month(date(2026, 10, 1))
LATER = at(20, month=12)


@pytest.fixture
def office():
    return open_office()


def figures(unit, *, period=OCTOBER, cutoff=LATER):
    """Return {(id, measure, dimension, key): row}."""
    rows = rows_of(sums_of(period, unit=unit, cutoff=cutoff))
    return {(row.id, row.measure, row.dimension, row.key): row for row in rows}


def counts(found, indicator, measure="share", dimension="", key=""):
    """Return numerator, denominator and value of one figure."""
    row = found[indicator, measure, dimension, key]
    return row.numerator, row.denominator, row.value


def test_a_month_without_data_still_has_every_figure(office):
    found = figures(office.root)

    assert counts(found, "3.4-01", "received") == (0, None, 0.0)
    assert counts(found, "3.4-03") == (0, 0, None)
    assert counts(found, "3.4-05", "median") == (None, None, None)
    assert counts(found, "3.4-14", "per_1000") == (0, 0, None)
    assert counts(found, "3.4-11", "mean") == (0, 0, None)
    assert not [place for place in found if place[2]]


def test_received_closed_and_open_by_every_dimension(office):
    office.settle(at(5), at(7))
    office.receive(at(6), unit=office.south, channel=office.desk, category=office.water)
    office.receive(at(31, 23), kind=Kind.SUGGESTION)
    office.receive(at(1, 1, month=11))  # the first hour of November in Bangkok

    found = figures(office.root)

    assert counts(found, "3.4-01", "received") == (3, None, 3.0)
    assert counts(found, "3.4-01", "closed") == (1, None, 1.0)
    assert counts(found, "3.4-01", "open") == (2, None, 2.0)
    assert counts(found, "3.4-01", "received", "unit", "NORTH") == (2, None, 2.0)
    assert counts(found, "3.4-01", "open", "channel", "desk") == (1, None, 1.0)
    assert counts(found, "3.4-01", "received", "kind", "suggestion") == (1, None, 1.0)
    assert counts(found, "3.4-01", "received", "category", "water") == (1, None, 1.0)


def test_a_unit_counts_its_own_cases_only(office):
    office.receive(at(5))
    office.receive(at(6), unit=office.south)

    assert counts(figures(office.south), "3.4-01", "received") == (1, None, 1.0)


def test_acknowledgements_count_where_they_fall_due(office):
    lifecycle.acknowledge(office.receive(at(5)), by=office.officer, at=at(6))  # in one working day
    lifecycle.acknowledge(office.receive(at(7)), by=office.officer, at=at(9, 12))  # a day late
    office.receive(at(12))  # never
    office.receive(at(30))  # Friday: due Monday 2 November

    found = figures(office.root)

    assert counts(found, "3.4-02") == (1, 3, pytest.approx(33.3333))
    assert counts(found, "3.4-02", "within_standard") == (1, 3, pytest.approx(33.3333))


def test_what_is_not_due_at_the_cut_off_is_in_no_rate(office):
    office.receive(at(5))

    assert counts(figures(office.root, cutoff=at(6, 12)), "3.4-02") == (0, 0, None)
    assert counts(figures(office.root, cutoff=at(6, 17)), "3.4-02") == (0, 1, 0.0)


def test_stage_1_in_time_leaves_extensions_out(office):
    office.settle(at(1), at(5))
    late = office.settle(at(1), at(23))  # the 16th working day
    extended = office.work(office.receive(at(1)), at(1))
    asked = lifecycle.ask_extension(
        extended, days=5, reason="รอผลตรวจ", by=office.officer, at=at(20)
    )
    lifecycle.decide_extension(
        extended.clocks.get(measure="stage1").extensions.get(),
        granted=True,
        by=office.supervisor,
        at=at(20),
    )
    extended = office.close(office.answer(extended, at(28)), at(28))

    found = figures(office.root)

    assert asked
    assert late.clocks.get(measure="stage1").elapsed_days == 16
    assert extended.clocks.get(measure="stage1").result == "met"
    assert counts(found, "3.4-03") == (1, 3, pytest.approx(33.3333))
    assert counts(found, "3.4-06") == (1, 3, pytest.approx(33.3333))


def test_stage_2_keeps_direct_and_escalated_apart(office):
    direct = lifecycle.escalate_to_stage2(
        office.receive(at(1)), reason="เรื่องร้ายแรง", by=office.supervisor, at=at(1, 11)
    )
    office.close(office.answer(office.work(direct, at(2)), at(8)), at(8))
    asked = office.settle(at(1), at(5))
    asked = lifecycle.escalate_to_stage2(asked, reason="ไม่พอใจคำตอบ", by=None, at=at(6))
    office.close(office.answer(office.work(asked, at(6)), at(12)), at(12))
    office.settle(at(1), at(5))

    found = figures(office.root)

    assert counts(found, "3.4-04") == (2, 2, 100.0)
    assert counts(found, "3.4-04", dimension="stage", key="stage2_direct") == (1, 1, 100.0)
    assert counts(found, "3.4-04", dimension="stage", key="stage2_escalated") == (1, 1, 100.0)
    assert counts(found, "3.4-08", "rate") == (
        1,
        1,
        100.0,
    )  # the case closed twice counts by its last close
    assert counts(found, "3.4-01", "closed") == (3, None, 3.0)


def test_working_days_have_mean_median_and_90th_percentile(office):
    for day in (2, 5, 6, 7, 21):  # 1, 2, 3, 4 and 14 working days after Thursday 1 October
        office.settle(at(1), at(day))

    found = figures(office.root)

    assert found["3.4-05", "mean", "", ""].value == pytest.approx(4.8)
    assert found["3.4-05", "median", "", ""].value == 3.0
    assert found["3.4-05", "p90", "", ""].value == pytest.approx(10.0)
    assert found["3.4-05", "median", "stage", "stage1"].n == 5


def test_outcomes_are_shares_of_the_closed(office):
    office.settle(at(1), at(5), outcome="upheld")
    office.settle(at(1), at(5), outcome="upheld")
    office.settle(at(1), at(5), outcome="not_upheld")

    found = figures(office.root)

    assert counts(found, "3.4-07", dimension="outcome", key="upheld") == (
        2,
        3,
        pytest.approx(66.6667),
    )
    assert counts(found, "3.4-07", dimension="outcome", key="not_upheld") == (
        1,
        3,
        pytest.approx(33.3333),
    )


def test_the_same_person_on_the_same_topic_is_a_repeat(office):
    office.settle(at(1, month=7), at(3, month=7), person=SOMSRI)
    office.receive(at(1), person=SOMSRI)  # 90 days after 3 July
    office.receive(at(1, 12), person=SOMSRI, category=office.water)
    office.receive(at(2), person=SOMSRI)  # 91 days
    back = office.settle(at(1, month=9), at(3, month=9))
    lifecycle.reopen(back, reason="ยังไม่แก้ไข", by=office.supervisor, at=at(8))

    assert counts(figures(office.root), "3.4-09", "rate") == (2, 3, pytest.approx(66.6667))


def test_open_cases_are_aged_in_working_days_and_overdue_when_due_has_passed(office):
    office.receive(at(1, month=9))  # 42 working days before the end of October
    office.receive(at(5))  # 19; due 26 October
    waiting = office.work(office.receive(at(5)), at(5))
    lifecycle.ask(waiting, body="ขอเอกสารเพิ่ม", by=office.officer, at=at(6))  # paused: not overdue
    office.receive(at(29))  # 1

    found = figures(office.root)

    assert counts(found, "3.4-10", "overdue") == (2, None, 2.0)
    assert counts(found, "3.4-10", "overdue_share") == (2, 4, 50.0)
    ages = [
        found["3.4-10", name, "", ""].numerator
        for name in ("age_0_5", "age_6_15", "age_16_30", "age_over_30")
    ]
    assert ages == [1, 0, 2, 1]


def test_progress_is_told_every_15_days(office):
    told = office.work(office.receive(at(1)), at(1))  # due 16 October
    lifecycle.send_progress(
        told, body="อยู่ระหว่างตรวจสอบ", by=office.officer, at=at(15)
    )  # next: 30 October
    office.receive(at(5))  # due 20 October, never told

    assert counts(figures(office.root), "3.4-12") == (1, 3, pytest.approx(33.3333))


def test_learning_needs_cause_and_learning(office):
    office.settle(at(1), at(5), cause="ขั้นตอนซ้ำซ้อน", learning="ลดขั้นตอน")
    office.settle(at(1), at(5), outcome="resolved", cause="ขั้นตอนซ้ำซ้อน")
    office.settle(at(1), at(5), outcome="not_upheld")

    assert counts(figures(office.root), "3.4-13") == (1, 2, 50.0)


def test_a_coded_cause_counts_like_one_in_words(office):
    coded = Cause.objects.create(code="slow", name_th="ช้า")
    case = office.answer(office.work(office.receive(at(1)), at(1)), at(5))
    office.close(case, at(5), outcome="upheld", cause_code=coded, learning="ลดขั้นตอน")

    assert counts(figures(office.root), "3.4-13") == (1, 1, 100.0)


def test_the_rate_is_per_thousand_transactions_and_set_against_last_year(office):
    service = ServiceFactory.create(unit=office.north)
    for year, transactions in ((2025, 1000), (2026, 2000)):
        ServiceMonth.objects.create(
            service=service,
            unit=office.north,
            month_on=date(year, 10, 1),
            transactions=transactions,
        )
    for day in (6, 7):
        office.receive(at(day, year=2025))
    for day in (6, 7, 8):
        office.receive(at(day))

    found = figures(office.root)

    assert counts(found, "3.4-14", "per_1000") == (3, 2000, 1.5)
    assert counts(found, "3.4-14", "change") == (None, None, 25.0)  # 2.0 → 1.5
    assert counts(found, "3.4-14", "change_count") == (3, 2, -50.0)


def test_routed_right_means_assigned_once(office):
    office.settle(at(1), at(5))
    twice = lifecycle.assign(
        office.receive(at(1)), to=office.supervisor, by=office.supervisor, at=at(1)
    )
    office.close(office.answer(office.work(twice, at(2)), at(6)), at(6))

    assert counts(figures(office.root), "3.4-15") == (1, 2, 50.0)


def test_shares_carry_wilson_intervals_and_ratios_none(office):
    office.settle(at(1), at(5))

    found = figures(office.root)

    share = found["3.4-03", "share", "", ""]
    assert (share.low, share.high, share.n) == (pytest.approx(20.6543, abs=1e-3), 100.0, 1)
    ratio = found["3.4-08", "rate", "", ""]
    assert (ratio.value, ratio.low, ratio.high) == (0.0, None, None)


def as_known(unit, cutoff):
    return [row.as_data() for row in rows_of(sums_of(OCTOBER, unit=unit, cutoff=cutoff))]


def test_what_comes_after_the_cut_off_changes_no_figure_of_the_month(office):
    done = office.settle(at(5), at(7), cause="ก", learning="ข")
    moved = office.work(office.receive(at(12)), at(12))
    paused = office.work(office.receive(at(13)), at(13))
    overdue = office.receive(at(1))
    cutoff = at(2, month=11)
    before = as_known(office.root, cutoff), as_known(office.north, cutoff)

    lifecycle.reopen(done, reason="ยังไม่จบ", by=office.supervisor, at=at(3, month=11))
    lifecycle.screen(
        moved,
        kind=Kind.ENQUIRY,
        grade=None,
        category=office.water,
        unit=office.south,
        by=office.supervisor,
        at=at(3, month=11),
    )
    lifecycle.ask(paused, body="ขอเอกสาร", by=office.officer, at=at(3, month=11))
    lifecycle.resume(paused, by=office.officer, at=at(10, month=11), why="ได้รับแล้ว")
    office.close(
        office.answer(office.work(overdue, at(4, month=11)), at(5, month=11)), at(5, month=11)
    )
    late = lifecycle.receive(
        filing_on_paper(office), by=office.officer, at=at(9, month=11)
    ).complaint

    assert late.received_at == at(20)
    assert (as_known(office.root, cutoff), as_known(office.north, cutoff)) == before
    assert as_known(office.root, LATER) != before[0]


def filing_on_paper(office):
    """Return a letter of 20 October, keyed in November."""
    from tests.factories.complaints import filing

    return filing(unit=office.north, category=office.roads, channel=office.desk, received_at=at(20))


def test_a_reopening_within_a_later_month_leaves_the_close_where_it_was(office):
    done = office.settle(at(5), at(7))
    lifecycle.reopen(done, reason="ยังไม่จบ", by=office.supervisor, at=at(3, month=11))

    november = periods.month(date(2026, 11, 1))

    assert counts(figures(office.root), "3.4-01", "closed") == (1, None, 1.0)
    assert counts(figures(office.root), "3.4-01", "open") == (0, None, 0.0)
    assert counts(figures(office.root, period=november), "3.4-01", "open") == (1, None, 1.0)


def test_the_fiscal_year_adds_its_months(office):
    office.settle(at(5), at(7))
    office.receive(at(5, month=11))

    year = periods.year_to_date(date(2026, 11, 1))

    assert counts(figures(office.root, period=year), "3.4-01", "received") == (2, None, 2.0)


def test_a_cut_off_within_the_month_shows_what_was_known(office):
    office.settle(at(5), at(7))
    office.receive(at(20))

    found = figures(office.root, cutoff=at(7, 9))

    assert counts(found, "3.4-01", "received") == (1, None, 1.0)
    assert counts(found, "3.4-01", "open") == (1, None, 1.0)
    assert counts(found, "3.4-01", "closed") == (0, None, 0.0)
    assert at(7) - at(7, 9) == timedelta(hours=1)


def test_what_ended_without_an_answer_leaves_the_open_and_is_not_closed(office):
    rejected, referred, withdrawn, _open = (office.receive(at(5)) for _case in range(4))
    by = office.supervisor
    reason, agency = RejectionReasonFactory.create(), PartnerAgencyFactory.create()
    lifecycle.reject(rejected, reason=reason, by=by, at=at(6))
    lifecycle.refer(referred, agency=agency, body="x", by=by, at=at(7))
    lifecycle.withdraw(withdrawn, body="", by=None, at=at(7))

    found = figures(office.root)

    assert counts(found, "3.4-01", "received") == (4, None, 4.0)
    assert counts(found, "3.4-01", "closed") == (0, None, 0.0)
    assert counts(found, "3.4-01", "open") == (1, None, 1.0)
    assert counts(found, "3.4-02") == (1, 3, pytest.approx(33.3333))  # the withdrawn had none due
    assert [place for place in found if place[0] == "3.4-07" and place[2]] == []


def test_an_ending_is_told_again_as_it_was_known(office):
    reason, by = RejectionReasonFactory.create(), office.supervisor
    case = office.receive(at(5))
    lifecycle.reject(case, reason=reason, by=by, at=at(20))
    known = figures(office.root, cutoff=at(22))
    before = figures(office.root, cutoff=at(19))
    lifecycle.reopen(case, reason="x", by=by, at=at(3, month=11))

    assert counts(known, "3.4-01", "open") == (0, None, 0.0)
    assert counts(before, "3.4-01", "open") == (1, None, 1.0)
    assert figures(office.root, cutoff=at(22)) == known
    assert figures(office.root, cutoff=at(19)) == before
    assert counts(figures(office.root), "3.4-01", "open") == (0, None, 0.0)
    november = figures(office.root, period=periods.month(date(2026, 11, 1)))
    assert counts(november, "3.4-01", "open") == (1, None, 1.0)


def test_ratings_count_in_the_month_of_the_first_as_given_last_by_the_cutoff(office):
    liked = office.settle(at(5), at(7))
    lifecycle.rate(liked, rating=3, at=at(8))
    lifecycle.rate(liked, rating=5, at=at(20))
    poor = office.settle(at(5), at(7), unit=office.south)
    lifecycle.rate(poor, rating=2, at=at(9))
    lifecycle.rate(poor, rating=4, at=at(21))
    lifecycle.rate(office.settle(at(25), at(26)), rating=1, at=at(2, month=11))

    late, early = figures(office.root), figures(office.root, cutoff=at(15))

    assert counts(late, "3.4-11", "mean") == (9, 2, 4.5)
    assert counts(late, "3.4-11", "top2") == (2, 2, 100.0)
    assert counts(late, "3.4-11", "mean", "unit", "SOUTH") == (4, 1, 4.0)
    assert counts(early, "3.4-11", "mean") == (5, 2, 2.5)


def test_a_rating_stands_when_the_case_is_reopened_later(office):
    rated = office.settle(at(5), at(7))
    lifecycle.rate(rated, rating=2, at=at(8))
    before = figures(office.root, cutoff=at(10))["3.4-11", "mean", "", ""]
    lifecycle.reopen(rated, reason="ยังไม่จบ", by=office.supervisor, at=at(12))

    assert figures(office.root, cutoff=at(10))["3.4-11", "mean", "", ""] == before
