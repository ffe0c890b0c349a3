"""Building, freezing and signing a report."""

from datetime import date, timedelta

import pytest
from django.db import Error, transaction

from agency.audit import entries_of
from agency.models import Role
from agency.refusal import Refused
from complaints import lifecycle as cases
from complaints.models import Kind
from complaints.selectors.report import COUNTED
from pmqa.reports import lifecycle
from pmqa.reports.lifecycle import canonical, hash_of
from pmqa.reports.models import IndicatorTarget, Report, ReportFact
from tests.factories.agency import ExecutiveFactory, SupervisorFactory
from tests.indicators.story import at
from tests.reports.story import CUTOFF, OCTOBER, busy_october, october_of

pytestmark = pytest.mark.django_db

LATER = at(20, month=12)


def test_a_report_is_built_once_for_a_cut_off(office):
    busy_october(office)

    first = october_of(office)
    again = october_of(office, at=LATER)

    assert (again.pk, again.version) == (first.pk, 1)
    assert [entry.verb for entry in entries_of(first)] == ["built"]


def test_equal_month_unit_and_cut_off_give_equal_figures_byte_for_byte(office):
    busy_october(office)
    first = october_of(office)
    block = canonical(first.figures)
    facts = facts_of(first)
    Report.objects.filter(pk=first.pk).delete()

    done = office.settle(at(20), at(30))  # known before the cut-off only if it was keyed by then
    cases.reopen(done, reason="ยังไม่จบ", by=office.supervisor, at=at(5, month=11))
    second_month = office.receive(at(6, month=11))
    third = october_of(office, at=LATER)

    assert second_month.number not in {number for number, *_ in facts_of(third)}
    assert canonical(third.figures) != block  # the case of 20 October was known on 2 November
    assert len(facts_of(third)) == len(facts) + 1


def test_what_happens_after_the_cut_off_leaves_the_block_byte_for_byte(office):
    busy_october(office)
    first = october_of(office)
    block, seal, facts = canonical(first.figures), first.sha256, facts_of(first)
    Report.objects.filter(pk=first.pk).delete()

    shake(office)
    again = october_of(office, at=LATER)

    assert (canonical(again.figures), again.sha256, facts_of(again)) == (block, seal, facts)
    assert seal == hash_of(first.figures)


def shake(office):
    """Reopen, move, resume, close and key in late, all after the cut-off."""
    later = at(10, month=11)
    from complaints.models import Complaint

    closed = Complaint.objects.filter(status="closed").earliest("pk")
    cases.reopen(closed, reason="ยังไม่จบ", by=office.supervisor, at=later)
    fresh = Complaint.objects.filter(status="received", kind=Kind.SERVICE).latest("pk")
    cases.screen(
        fresh,
        kind=Kind.ENQUIRY,
        grade=None,
        category=office.water,
        unit=office.north,
        by=office.supervisor,
        at=later,
    )
    waiting = Complaint.objects.get(status="waiting")
    cases.resume(waiting, by=office.officer, at=later, why="ได้รับเอกสาร")
    office.receive(later)


def facts_of(report):
    """Return the frozen rows as tuples."""
    return list(
        ReportFact.objects.filter(report=report)
        .order_by("number")
        .values_list("number", "kind", "category", "unit", "days", "age_days", "due_at", "counted")
    )


def test_every_count_equals_the_frozen_records_behind_it(office):
    busy_october(office)
    report = october_of(office)

    rows = {
        (row["id"], row["measure"]): row for row in report.figures["rows"] if not row["dimension"]
    }
    behind = {
        name: ReportFact.objects.filter(report=report, counted__contains=[name]).count()
        for name in COUNTED
    }

    assert rows["3.4-01", "received"]["numerator"] == behind["received"] == 11
    assert rows["3.4-01", "closed"]["numerator"] == behind["closed"] == 7
    assert rows["3.4-01", "open"]["numerator"] == behind["open"] == 4
    assert rows["3.4-03", "share"]["numerator"] == behind["in_time_stage1"] == 6
    assert rows["3.4-03", "share"]["denominator"] == behind["closed_stage1"] == 7
    assert rows["3.4-02", "share"]["denominator"] == behind["acknowledge_due"]
    assert rows["3.4-09", "rate"]["numerator"] == behind["repeat_or_reopened"] == 1
    assert rows["3.4-10", "overdue"]["numerator"] == behind["overdue"]


def test_comparisons_tell_last_month_and_the_year_to_date(office):
    busy_october(office)
    report = october_of(office)

    trend = report.figures["trend"]
    received = [
        next(row["numerator"] for row in month["rows"] if row["measure"] == "received")
        for month in trend
    ]

    assert [month["month"] for month in trend][-2:] == ["2026-09", "2026-10"]
    assert received == [0] * 11 + [1, 11]
    to_date = next(row for row in report.figures["year_to_date"] if row["measure"] == "received")
    assert to_date["numerator"] == 11  # October begins the fiscal year


def test_a_newer_cut_off_makes_the_next_version(office):
    first = october_of(office)
    second = october_of(office, cutoff=CUTOFF + timedelta(days=1), at=LATER)

    assert (first.version, second.version) == (1, 2)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"month": date(2026, 12, 1)}, "has not begun"),
        ({"cutoff": CUTOFF + timedelta(seconds=1)}, "in the future"),
        ({"cutoff": at(30, month=9)}, "before the month"),
    ],
)
def test_impossible_questions_are_refused(office, facts, sentence):
    from django.utils.translation import override

    with override("en"), pytest.raises(Refused, match=sentence):
        october_of(office, **facts)


def test_an_officer_may_not_build(office):
    with pytest.raises(Refused):
        october_of(office, by=office.officer)


def test_missing_months_are_made_good(office):
    busy_october(office)

    made = lifecycle.build_missing(at=CUTOFF)
    again = lifecycle.build_missing(at=CUTOFF + timedelta(days=1))

    assert [(report.unit, report.month_on) for report in made] == [
        (office.root, date(2026, 9, 1)),
        (office.root, OCTOBER),
    ]
    assert again == []


def test_targets_are_those_set_by_the_cut_off_and_the_units_own_win(office):
    def target(value, when, unit=None):
        IndicatorTarget.objects.create(
            measure="3.4-03:share", fiscal_year=2570, unit=unit, value=value, set_at=when
        )

    target(80, at(1))
    target(85, at(2))
    target(90, at(3), unit=office.root)
    target(99, at(5, month=11), unit=office.root)

    report = october_of(office)

    row = next(
        row for row in report.figures["rows"] if row["id"] == "3.4-03" and not row["dimension"]
    )
    assert row["target"] == 90.0


# Signing


@pytest.fixture
def signers(office):
    """A supervisor and an executive of the root."""
    return SupervisorFactory.create(unit=office.root), ExecutiveFactory.create(unit=office.root)


def published(report, signers, *, when=LATER):
    """Take a report through all its states."""
    supervisor, executive = signers
    lifecycle.review(report, by=supervisor, at=when)
    lifecycle.approve(report, by=executive, at=when)
    return lifecycle.publish(report, by=executive, at=when)


def test_a_report_is_checked_approved_and_published(office, signers):
    report = published(october_of(office), signers)

    assert (report.state, report.reviewed_by, report.approved_by, report.published_by) == (
        "published",
        signers[0],
        signers[1],
        signers[1],
    )
    assert [entry.verb for entry in entries_of(report)] == [
        "published",
        "approved",
        "reviewed",
        "built",
    ]


def test_signatures_are_given_in_order_and_by_role(office, signers):
    supervisor, executive = signers
    report = october_of(office)

    for refused in (
        lambda: lifecycle.approve(report, by=executive, at=LATER),
        lambda: lifecycle.publish(report, by=executive, at=LATER),
        lambda: lifecycle.review(report, by=office.officer, at=LATER),
        lambda: lifecycle.review(report, by=SupervisorFactory.create(unit=office.north), at=LATER),
        lambda: lifecycle.send_back(report, reason="แก้", by=supervisor, at=LATER),
    ):
        with pytest.raises(Refused):
            refused()
    assert Report.objects.get().state == "draft"


def test_a_report_of_a_running_month_is_not_signed(office, signers):
    report = october_of(office, cutoff=at(20), at=at(20))

    with pytest.raises(Refused):
        lifecycle.review(report, by=signers[0], at=LATER)


def test_a_checked_report_is_sent_back_with_a_reason(office, signers):
    report = lifecycle.review(october_of(office), by=signers[0], at=LATER)

    with pytest.raises(Refused):
        lifecycle.send_back(report, reason=" ", by=signers[1], at=LATER)
    report = lifecycle.send_back(report, reason="ตรวจตัวเลขเดือนก่อน", by=signers[1], at=LATER)

    assert (report.state, report.reviewed_by, report.remark) == ("draft", None, "ตรวจตัวเลขเดือนก่อน")
    assert entries_of(report).first().reason == "ตรวจตัวเลขเดือนก่อน"


def test_a_newer_version_replaces_the_published_one(office, signers):
    first = published(october_of(office), signers)
    second = published(october_of(office, cutoff=CUTOFF + timedelta(days=1), at=LATER), signers)

    assert list(Report.objects.order_by("version").values_list("version", "state")) == [
        (1, "replaced"),
        (2, "published"),
    ]
    assert entries_of(first).first().verb == "replaced"
    assert second.version == 2


def test_a_published_report_cannot_be_changed_by_any_door(office, signers):
    busy_october(office)
    report = published(october_of(office), signers)
    doors = {
        "state": lambda: Report.objects.filter(pk=report.pk).update(
            state="draft", reviewed_at=None, approved_at=None, published_at=None
        ),
        "remark": lambda: Report.objects.filter(pk=report.pk).update(remark="x"),
        "figures": lambda: Report.objects.filter(pk=report.pk).update(figures={}),
        "delete": lambda: Report.objects.filter(pk=report.pk)._raw_delete("default"),
        "fact": lambda: ReportFact.objects.filter(report=report).update(days=1),
        "fact gone": lambda: ReportFact.objects.filter(report=report).delete(),
        "fact added": lambda: ReportFact.objects.create(
            report=report,
            complaint_id=1,
            number="X",
            kind="service",
            channel="web",
            unit="ROOT",
            received_at=LATER,
            counted=["received"],
        ),
    }

    for name, door in doors.items():
        assert is_shut(door), name


def is_shut(door):
    """Whether the database refuses."""
    try:
        with transaction.atomic():
            door()
    except Error as error:
        return "pgtrigger" in str(error)
    return False


def test_the_figures_of_a_draft_cannot_be_changed_either(office):
    report = october_of(office)

    with pytest.raises(Error, match="Cannot change the figures"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(sha256="0" * 64)


def test_only_roles_see_reports_of_their_own_branch(office):
    october_of(office)
    october_of(office, unit=office.north)
    people = {
        "north officer": (office.north, [Role.OFFICER], ["NORTH"]),
        "south supervisor": (office.south, [Role.SUPERVISOR], []),
        "root auditor": (office.root, [Role.AUDITOR], ["NORTH", "ROOT"]),
        "without a role": (office.root, [], []),
    }

    seen = {
        name: sorted(
            Report.objects.visible_to(SupervisorFactory.create(unit=unit, roles=roles)).values_list(
                "unit__code", flat=True
            )
        )
        for name, (unit, roles, _units) in people.items()
    }

    assert seen == {name: units for name, (_unit, _roles, units) in people.items()}
