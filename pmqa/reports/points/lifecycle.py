"""The verbs of a report's points: propose, add, edit, drop, decide, tell progress, remind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from agency import audit, notices
from agency.models import Notice, Staff
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.reports.models import PointProgress, Report, ReportPoint, State
from pmqa.reports.permissions import can_decide, can_edit_points, can_tell_progress
from pmqa.reports.points.following import open_points
from pmqa.reports.selectors import names_of
from pmqa.reports.words import points_of

ROOM = 3  # points to decide on the executive summary
COPIED = (
    *("place", "kind", "state", "words", "is_by_rule", "decision"),
    *("owner_id", "due_on", "decided_by_id", "decided_at"),
)
SOON = timedelta(days=3)


def propose(report: Report) -> list[ReportPoint]:
    """Give a fresh version its points: those of the version before, else what the figures suggest by rule."""
    before = Report.objects.filter(unit=report.unit_id, month_on=report.month_on)
    last = before.filter(version__lt=report.version, points__isnull=False)
    older = last.order_by("-version").first()
    made = copied(older, to=report) if older else proposed_by_rule(report)
    return ReportPoint.objects.bulk_create(made)


def copied(older: Report, *, to: Report) -> list[ReportPoint]:
    """Take the points of an older version over, with what was decided about them."""
    return [
        ReportPoint(
            report=to,
            first_id=point.first_id or point.pk,
            **{name: getattr(point, name) for name in COPIED},
        )
        for point in older.points.all()
    ]


def proposed_by_rule(report: Report) -> list[ReportPoint]:
    """Return the points that the figures suggest, in both languages."""
    words = {}
    for language in ("th", "en"):
        with override(language):
            words[language] = points_of(report.figures, names=names_of(report))
    return [
        ReportPoint(
            report=report,
            place=place,
            kind=ReportPoint.Kind.DECISION,
            state=ReportPoint.State.PROPOSED,
            words={"th": thai, "en": english},
            is_by_rule=True,
        )
        for place, (thai, english) in enumerate(zip(words["th"], words["en"], strict=True), 1)
    ]


@transaction.atomic
def add(
    report: Report,
    *,
    kind: str,
    body: str,
    by: Staff,
    at: datetime,
    decision: str = "",
    owner: Staff | None = None,
    due_on: date | None = None,
) -> ReportPoint:
    """Write a point to decide, or a problem with its action, while the report is a draft (เพิ่มข้อเสนอ)."""
    report = held_draft(report, by=by)
    points = ReportPoint.objects.filter(report=report, kind=kind)
    check_words(kind, body=body, decision=decision, owner=owner, due_on=due_on)
    standing = points.exclude(state=ReportPoint.State.DROPPED).count()
    if kind == ReportPoint.Kind.DECISION and standing >= ROOM:
        raise Refused(_("The summary has room for three points. Leave one out first."))
    point = ReportPoint.objects.create(
        report=report,
        place=(points.aggregate(last=Max("place"))["last"] or 0) + 1,
        kind=kind,
        words={"th": body.strip(), "en": body.strip()},
        **standing_facts(kind, decision=decision, owner=owner, due_on=due_on, by=by, at=at),
    )
    audit.record(point, "point_added", by=by, at=at)
    mark_changed(report, at=at)
    return point


@transaction.atomic
def edit(
    point: ReportPoint,
    *,
    version: int,
    body: str,
    by: Staff,
    at: datetime,
    decision: str = "",
    owner: Staff | None = None,
    due_on: date | None = None,
) -> ReportPoint:
    """Word a point anew while the report is a draft (แก้ไขข้อเสนอ)."""
    report = held_draft(point.report, by=by)
    point = held(point, version=version)
    check_words(point.kind, body=body, decision=decision, owner=owner, due_on=due_on)
    if body.strip() != point.body:
        point.words, point.is_by_rule = {"th": body.strip(), "en": body.strip()}, False
    facts = standing_facts(point.kind, decision=decision, owner=owner, due_on=due_on, by=by, at=at)
    for name, value in facts.items():
        setattr(point, name, value)
    return kept(point, "point_edited", report=report, by=by, at=at)


@transaction.atomic
def drop(point: ReportPoint, *, version: int, by: Staff, at: datetime) -> ReportPoint:
    """Leave a point out of the draft (ตัดออก); it stays to be seen on the page of points."""
    report = held_draft(point.report, by=by)
    point = held(point, version=version)
    point.state = ReportPoint.State.DROPPED
    return kept(point, "point_dropped", report=report, by=by, at=at)


@transaction.atomic
def decide(
    point: ReportPoint,
    *,
    version: int,
    decision: str,
    owner: Staff,
    due_on: date,
    by: Staff,
    at: datetime,
) -> ReportPoint:
    """Decide a point, with who carries it out and by when (สั่งการ); until the report is published it may be decided anew."""
    report = held_report(point.report)
    if not can_decide(by, report):
        raise Refused(
            _("Only an executive of the unit or above decides, until the report is published.")
        )
    point = held(point, version=version)
    if point.kind != ReportPoint.Kind.DECISION:
        raise Refused(_("A problem with its action needs no decision."))
    if not decision.strip():
        raise Refused(_("Write the decision."))
    if due_on < local_day(at):
        raise Refused(_("The day by which it is due has passed. Choose a later one."))
    point.decision, point.owner, point.due_on = decision.strip(), owner, due_on
    point.decided_by, point.decided_at = by, at
    point.state = ReportPoint.State.DECIDED
    return kept(point, "point_decided", report=report, by=by, at=at)


@transaction.atomic
def tell_progress(
    point: ReportPoint, *, state: str, note: str, by: Staff, at: datetime
) -> PointProgress:
    """Say how a decided point of a published report goes on (รายงานความคืบหน้า); once it is done, nothing follows."""
    point = held(point)
    if point.state != ReportPoint.State.DECIDED or point.report.state != State.PUBLISHED:
        raise Refused(_("Progress is told of what a published report decided."))
    if not can_tell_progress(by, point):
        raise Refused(_("Only the person responsible or who leads the unit tells the progress."))
    root = ReportPoint.objects.select_for_update(of=("self",)).get(pk=point.first_id or point.pk)
    if root.progress.filter(state=PointProgress.State.DONE).exists():
        raise Refused(_("It is carried out already."))
    if not note.strip():
        raise Refused(_("Write what was done."))
    made = PointProgress.objects.create(point=root, state=state, note=note.strip(), by=by, at=at)
    audit.record(point, "point_progress", by=by, at=at, state=state)
    return made


def remind(*, at: datetime) -> int:
    """Remind owners of points that come due within days, and of late ones, each once; returns how many wait."""
    today = local_day(at)
    points = open_points(until=today + SOON)
    drafts = [
        draft_of(point, is_late=bool(point.due_on and point.due_on < today)) for point in points
    ]
    with transaction.atomic():
        notices.enqueue_many(drafts, at=at)
    return len(points)


def draft_of(point: ReportPoint, *, is_late: bool) -> NoticeDraft:
    """Return the notice to a point's owner; its key lets it be written once."""
    if point.owner is None:
        raise LookupError(f"point {point.pk} has no owner")
    kind = "reports.point_late" if is_late else "reports.point_due"
    return NoticeDraft(
        subject=point,
        kind=kind,
        to=point.owner,
        key=f"{kind}:{point.first_id or point.pk}",
        url=point.get_absolute_url(),
        data={"point": point.pk},
    )


def owed_still(rows: list[Notice]) -> set[int]:
    """Keep reminders only while the point is not carried out and its report stands."""
    owed = set(
        ReportPoint.objects.filter(
            pk__in={row.object_id for row in rows}, state="decided", report__state="published"
        )
        .exclude(Q(progress__state="done") | Q(first__progress__state="done"))
        .values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.object_id in owed}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    titles = {
        "point_due": lambda facts: _(
            "A decision of the monthly report that you carry out is due soon"
        ),
        "point_late": lambda facts: _(
            "A decision of the monthly report that you carry out is late"
        ),
    }
    for kind, title in titles.items():
        notices.register(f"reports.{kind}", title=title, still_stands=owed_still)


# What the verbs share


def held_report(report: Report) -> Report:
    """Lock a report before its points."""
    return Report.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)


def held_draft(report: Report, *, by: Staff) -> Report:
    """Lock a report whose points the person may write."""
    report = held_report(report)
    if not can_edit_points(by, report):
        raise Refused(
            _(
                "Only a supervisor or an executive of the unit writes points, while the report is a draft."
            )
        )
    return report


def held(point: ReportPoint, *, version: int | None = None) -> ReportPoint:
    """Lock a point, and check that it is the one that the person saw."""
    points = ReportPoint.objects.select_for_update(of=("self",)).select_related(
        "report__unit", "first"
    )
    point = points.get(pk=point.pk)
    if version is not None and point.version != version:
        raise Refused(_("Somebody changed the point meanwhile. Look at it and save again."))
    return point


def check_words(
    kind: str, *, body: str, decision: str, owner: Staff | None, due_on: date | None
) -> None:
    """Refuse an empty point, and an action without person and day."""
    if not body.strip():
        raise Refused(_("Write the point first."))
    if kind == ReportPoint.Kind.ACTION and not (decision.strip() and owner and due_on):
        raise Refused(_("An action needs what is done, who does it and by when."))


def standing_facts(kind: str, *, by: Staff, at: datetime, **facts: Any) -> dict[str, Any]:
    """Return how a written row stands: an action at once, a point waits for its decision."""
    if kind == ReportPoint.Kind.DECISION:
        empty = {"decision": "", "owner": None, "due_on": None}
        signed = {"decided_by": None, "decided_at": None}
        return {**empty, **signed, "state": ReportPoint.State.PROPOSED}
    facts["decision"] = facts["decision"].strip()
    return {**facts, "decided_by": by, "decided_at": at, "state": ReportPoint.State.DECIDED}


def kept(point: ReportPoint, verb: str, *, report: Report, by: Staff, at: datetime) -> ReportPoint:
    """Write a changed point and record it; files of the draft are out of date."""
    point.version += 1
    fields = ["words", "is_by_rule", "state", "decision", "owner", "due_on"]
    point.save(update_fields=[*fields, "decided_by", "decided_at", "version"])
    audit.record(point, verb, by=by, at=at)
    mark_changed(report, at=at)
    return point


def mark_changed(report: Report, *, at: datetime) -> None:
    """Note that files made before now show other points."""
    report.points_changed_at = at
    report.save(update_fields=["points_changed_at"])
