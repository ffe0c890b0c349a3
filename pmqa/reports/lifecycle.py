"""The verbs of a monthly report (รายงานประจำเดือน): build, review, approve, publish, send back, send out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from agency import audit, outbox
from agency.models import CalendarVersion, Staff, Unit
from agency.refusal import Refused
from agency.thai import format_month
from complaints.selectors import report as cases
from pmqa.indicators import periods
from pmqa.indicators.compute import Row, calendar_version, past_sums_of, rows_of, sums_of
from pmqa.indicators.periods import Period
from pmqa.reports.models import Recipient, Report, ReportComment, ReportFact, ReportMail, State
from pmqa.reports.permissions import (
    can_approve,
    can_build,
    can_comment,
    can_publish,
    can_review,
    can_send_back,
)
from pmqa.reports.points.following import carried_to
from pmqa.reports.points.lifecycle import propose
from pmqa.reports.results.telling import item72
from pmqa.reports.selectors import targets_at
from pmqa.reports.words import sentences_of

SCHEMA = 3  # of the figures block
TREND_MONTHS = (
    13  # the month, the twelve before it: last month and the same month last year are among them
)
AUTOMATIC_MONTHS = 3
STEPS = TREND_MONTHS + 1  # that `build` tells of: the months and the year to date
LOCK_SPACE = int.from_bytes(hashlib.sha256(b"pmqa.report").digest()[:4], "big", signed=True)

Told = Callable[[], None]


def nothing() -> None:
    """Tell nobody how far it is."""


# Building


@transaction.atomic
def build(
    *,
    unit: Unit,
    month: date,
    cutoff: datetime,
    by: Staff | None,
    at: datetime,
    tell: Told = nothing,
) -> Report:
    """Build a month's report as known at the cut-off (จัดทำรายงาน); the same one again is returned, not remade.

    One transaction, under a lock of unit and month: two builders make one version, and a builder
    that is killed leaves nothing. It reads for seconds and holds no row that officers need.
    """
    check_span(month, cutoff=cutoff, at=at)
    if by is not None and not can_build(by, unit):
        raise Refused(_("Only a supervisor or an executive of the unit may build its report."))
    lock(unit, month)
    standing = Report.objects.filter(unit=unit, month_on=month, cutoff_at=cutoff).first()
    if standing:
        return standing
    figures = figures_of(unit, month=month, cutoff=cutoff, tell=tell)
    report = Report.objects.create(
        unit=unit,
        month_on=month,
        version=next_version(unit, month),
        cutoff_at=cutoff,
        figures=figures,
        labels=cases.labels(),
        words=words_in_both(figures),
        carried=carried_to(unit, to=month, at=cutoff),
        sha256=hash_of(figures),
        built_at=at,
        built_by=by,
    )
    freeze_facts(report)
    propose(report)
    audit.record(report, "built", by=by, at=at, version=report.version, sha256=report.sha256)
    return report


def check_span(month: date, *, cutoff: datetime, at: datetime) -> None:
    """Refuse a month that has not begun and a cut-off that no data can have."""
    if periods.month(month).since >= at:
        raise Refused(
            _("%(month)s has not begun yet. Choose a month that has.")
            % {"month": format_month(month)}
        )
    if cutoff > at:
        raise Refused(_("The data cut-off lies in the future. Choose an instant that has passed."))
    if cutoff < periods.month(month).since:
        raise Refused(_("The data cut-off lies before the month. Choose a later one."))


def lock(unit: Unit, month: date) -> None:
    """Let one builder at a time make the report of a unit and month; free when the transaction ends."""
    number = unit.pk * 10_000 + month.year * 12 + month.month
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, number % 2**31])


def next_version(unit: Unit, month: date) -> int:
    """Return the number after the last version's."""
    last = Report.objects.filter(unit=unit, month_on=month).order_by("version").last()
    return last.version + 1 if last else 1


def figures_of(
    unit: Unit, *, month: date, cutoff: datetime, tell: Told = nothing
) -> dict[str, Any]:
    """Compute the figures block; the month comes last, so that its facts are the ones left to freeze."""
    targets = targets_at(unit, month=month, at=cutoff)
    trend = [
        trend_of(periods.add_months(month, back), unit=unit, cutoff=cutoff, tell=tell)
        for back in range(1 - TREND_MONTHS, 0)
    ]
    to_date = rows_between(periods.year_to_date(month), unit=unit, cutoff=cutoff)
    tell()
    sums = sums_of(periods.month(month), unit=unit, cutoff=cutoff)
    rows = rows_of(sums, targets=targets)
    tell()
    calendar = calendar_version(unit, at=cutoff)
    return {
        "schema": SCHEMA,
        "month": f"{month:%Y-%m}",
        "unit": unit.code,
        "cutoff": cutoff.astimezone(UTC).isoformat(),  # one instant, one spelling: it is hashed
        "is_whole_month": cutoff >= periods.month(month).until,
        "calendar_version": calendar.number,
        "holidays": holidays_of(calendar, month=month),
        "rows": [row.as_data() for row in rows],
        "surveys": {"waves": sums.opinion.waves, "followups": sums.opinion.followups},
        "listening": sums.heard.records,
        "corrections": corrections_of(unit, month=month, cutoff=cutoff, trend=trend),
        "year_to_date": to_date,
        "item72": item72(unit, month=month, at=cutoff, to_date=to_date),
        "trend": [*trend, {"month": f"{month:%Y-%m}", "rows": overall(rows)}],
    }


def holidays_of(calendar: CalendarVersion, *, month: date) -> list[dict[str, str]]:
    """Return the holidays of the month by which working days were counted."""
    days = sorted(calendar.facts["holidays"].items())
    return [{"day": day, "name": name} for day, name in days if day.startswith(f"{month:%Y-%m}")]


def corrections_of(
    unit: Unit, *, month: date, cutoff: datetime, trend: list[dict[str, Any]]
) -> dict[str, Any]:
    """Set last month's published figures beside what is known of that month now; only what differs."""
    last = last_published(unit, month=periods.add_months(month, -1), at=cutoff)
    if last is None:
        return {}
    now = {(row["id"], row["measure"], row["key"]): row for row in trend[-1]["rows"]}
    rows = []
    for row in overall_of(last.figures["rows"]):
        known = now.get((row["id"], row["measure"], row["key"]))
        if known and known["value"] != row["value"]:
            rows.append({**known, "before": row["value"]})
    return {
        "month": trend[-1]["month"],
        "version": last.version,
        "cutoff": last.figures["cutoff"],
        "rows": rows,
    }


def last_published(unit: Unit, *, month: date, at: datetime) -> Report | None:
    """Return the version of a month that was the agency's word at an instant."""
    reports = Report.objects.filter(unit=unit, month_on=month, published_at__lte=at)
    return reports.order_by("published_at", "version").last()


def overall_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows over all cases, and the outcomes."""
    return [row for row in rows if is_overall(row["dimension"], row["id"])]


def is_overall(dimension: str, identifier: str) -> bool:
    """Whether a row is compared with other periods."""
    return not dimension or (dimension == "outcome" and identifier == "3.4-07")


def trend_of(month: date, *, unit: Unit, cutoff: datetime, tell: Told) -> dict[str, Any]:
    """Compute an earlier month's figures over all cases, as known at the same cut-off."""
    sums = past_sums_of(periods.month(month), unit=unit, cutoff=cutoff)
    tell()
    return {"month": f"{month:%Y-%m}", "rows": overall(rows_of(sums))}


def rows_between(period: Period, *, unit: Unit, cutoff: datetime) -> list[dict[str, Any]]:
    """Compute a period's figures over all cases."""
    return overall(rows_of(sums_of(period, unit=unit, cutoff=cutoff)))


def overall(rows: list[Row]) -> list[dict[str, Any]]:
    """Keep what a comparison needs of the figures over all cases."""
    wanted = ("id", "measure", "key", "numerator", "denominator", "value", "n")
    return [
        {name: getattr(row, name) for name in wanted}
        for row in rows
        if is_overall(row.dimension, row.id)
    ]


def canonical(figures: dict[str, Any]) -> bytes:
    """Write the figures block in the one form that is hashed."""
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(figures: dict[str, Any]) -> str:
    """Return the seal of the figures block."""
    return hashlib.sha256(canonical(figures)).hexdigest()


def words_in_both(figures: dict[str, Any]) -> dict[str, list[str]]:
    """Write the sentences in Thai and English, to be frozen with the figures."""
    words = {}
    for language in ("th", "en"):
        with override(language):
            words[language] = sentences_of(figures)
    return words


def freeze_facts(report: Report) -> int:
    """Keep the gathered cases with the report, each with the sums in which it stands."""
    names = ", ".join(cases.FACTS)
    counted = ", ".join(f"CASE WHEN {name} > 0 THEN '{name}' END" for name in cases.COUNTED)
    times = ", ".join(
        f"'{name}', CASE WHEN {name} > 1 THEN {name} END"
        for name in cases.COUNTED
        if name.startswith(("progress", "rating"))
    )
    table = ReportFact._meta.db_table
    # Names come from the selectors' own tuples, never from a person. A hundred thousand rows need not pass through Python.
    query = f"""
        INSERT INTO {table} (report_id, counted, times, {names})
        SELECT %s, array_remove(ARRAY[{counted}], NULL),
            jsonb_strip_nulls(jsonb_build_object({times})), {names}
        FROM report_case ORDER BY number
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [report.pk])
        return int(cursor.rowcount)


def build_missing(*, at: datetime) -> list[Report]:
    """Build the agency's own report of each closed month that lacks one, of the last three months.

    Asks which months lack a report, not whether it is the first of a month: a missed run is made
    good by the next one.
    """
    unit = root_unit()
    if unit is None:
        return []
    made = (build_if_missing(unit, month, at=at) for month in months_lacking(unit, at=at))
    return [report for report in made if report]


@transaction.atomic
def build_if_missing(unit: Unit, month: date, *, at: datetime) -> Report | None:
    """Build a month's first version; asked again under the lock, because two workers may run at once."""
    lock(unit, month)
    if Report.objects.filter(unit=unit, month_on=month).exists():
        return None
    return build(unit=unit, month=month, cutoff=at, by=None, at=at)


def root_unit() -> Unit | None:
    """Return the unit whose report is the agency's own."""
    return Unit.objects.filter(parent=None).order_by("pk").first()


def months_lacking(unit: Unit, *, at: datetime) -> list[date]:
    """Return the closed months with data, of the last three, that have no report yet."""
    first = cases.first_received_at()
    if first is None:
        return []
    now = periods.month_of(at)
    months = [periods.add_months(now, -back) for back in range(AUTOMATIC_MONTHS, 0, -1)]
    have = set(
        Report.objects.filter(unit=unit, month_on__in=months).values_list("month_on", flat=True)
    )
    return [month for month in months if month not in have and month >= periods.month_of(first)]


# Signing


@transaction.atomic
def review(report: Report, *, by: Staff, at: datetime) -> Report:
    """Say that the figures were looked through (ตรวจทาน)."""
    report = held(report, state=State.DRAFT)
    if not can_review(by, report):
        raise Refused(_("Only a supervisor of the unit or above may review the report."))
    check_is_whole(report)
    report.reviewed_by, report.reviewed_at = by, at
    return moved(report, State.REVIEWED, by=by, at=at)


@transaction.atomic
def approve(report: Report, *, by: Staff, at: datetime) -> Report:
    """Approve the report (อนุมัติ)."""
    report = held(report, state=State.REVIEWED)
    if not can_approve(by, report):
        raise Refused(_("Only an executive of the unit or above may approve the report."))
    report.approved_by, report.approved_at = by, at
    return moved(report, State.APPROVED, by=by, at=at)


@transaction.atomic
def publish(report: Report, *, by: Staff, at: datetime) -> Report:
    """Make the version the agency's word (เผยแพร่); a published older version is replaced, and kept."""
    lock(report.unit, report.month_on)
    report = held(report, state=State.APPROVED)
    if not can_publish(by, report):
        raise Refused(_("Only an executive of the unit or above may publish the report."))
    older = Report.objects.published().filter(unit=report.unit_id, month_on=report.month_on)
    for version in older.select_for_update():
        version.state = State.REPLACED
        version.save(update_fields=["state"])
        audit.record(version, "replaced", by=by, at=at, version=report.version)
    report.published_by, report.published_at = by, at
    report = moved(report, State.PUBLISHED, by=by, at=at)
    address(report, at=at)
    return report


@transaction.atomic
def send(report: Report, *, by: Staff, at: datetime) -> Report:
    """Mail a published report to those on the list who have not got it (ส่งให้ผู้รับรายงาน)."""
    report = held(report)
    if report.state != State.PUBLISHED:
        raise Refused(_("Only a published report is sent out."))
    if not can_publish(by, report):
        raise Refused(_("Only an executive of the unit or above may send the report out."))
    count = address(report, at=at)
    if not count:
        raise Refused(_("Everybody on the list has the report already."))
    audit.record(report, "sent_out", by=by, at=at, count=count)
    return report


def address(report: Report, *, at: datetime) -> int:
    """Write a mail to each on the list who has none yet; returns how many. The outbox sends them."""
    outbox.demand_transaction()
    about = ContentType.objects.get_for_model(Report)
    known = ReportMail.objects.filter(content_type=about, object_id=report.pk)
    known_before = known.count()
    mails = [
        ReportMail(
            key=f"report:{report.pk}:r{recipient.pk}",
            kind="reports.published",
            content_type=about,
            object_id=report.pk,
            url=report.get_absolute_url(),
            created_at=at,
            not_before=at,
            recipient=recipient,
        )
        for recipient in Recipient.objects.filter(unit=report.unit_id, is_active=True)
    ]
    ReportMail.objects.bulk_create(mails, ignore_conflicts=True)
    return known.count() - known_before


@transaction.atomic
def send_back(report: Report, *, reason: str, by: Staff, at: datetime) -> Report:
    """Return a reviewed or approved report for correction (ส่งกลับแก้ไข), with the reason."""
    report = held(report)
    if report.state not in (State.REVIEWED, State.APPROVED):
        raise Refused(_("Only a reviewed or approved report can be sent back."))
    if not can_send_back(by, report):
        raise Refused(_("Only who may sign the report may send it back."))
    if not reason.strip():
        raise Refused(_("Say why the report is sent back."))
    for signature in ("reviewed", "approved"):
        setattr(report, f"{signature}_by", None)
        setattr(report, f"{signature}_at", None)
    report.remark = reason.strip()
    return moved(report, State.DRAFT, by=by, at=at, reason=report.remark)


@transaction.atomic
def comment(report: Report, *, body: str, by: Staff, at: datetime) -> ReportComment:
    """Remark on a version that is not published yet (แสดงความเห็น)."""
    report = held(report)
    if not can_comment(by, report):
        raise Refused(_("Only readers of the report may remark on it, until it is published."))
    if not body.strip():
        raise Refused(_("Write the comment first."))
    made = ReportComment.objects.create(report=report, body=body.strip(), by=by, at=at)
    audit.record(report, "commented", by=by, at=at)
    return made


def held(report: Report, *, state: str = "") -> Report:
    """Lock a report and check that it stands where the verb begins."""
    report = Report.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)
    if state and report.state != state:
        sentence = _("The report is “%(state)s” now. Load the page again.")
        raise Refused(sentence % {"state": report.get_state_display()})
    return report


def check_is_whole(report: Report) -> None:
    """Refuse to sign figures of a month that was not over."""
    if not report.figures["is_whole_month"]:
        raise Refused(
            _("The month was not over at the data cut-off. Build the report again after it.")
        )


def moved(report: Report, state: State, *, by: Staff, at: datetime, reason: str = "") -> Report:
    """Write the new state with its signatures, and record it."""
    report.state = state
    fields = [
        f"{name}_{what}" for name in ("reviewed", "approved", "published") for what in ("by", "at")
    ]
    report.save(update_fields=["state", "remark", *fields])
    audit.record(
        report,
        state if not reason else "sent_back",
        by=by,
        at=at,
        reason=reason,
        version=report.version,
    )
    return report
