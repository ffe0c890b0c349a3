"""Evidence: files that the unit brings, and what the portal offers of its own work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import attachments, audit, pdf_text
from agency.attachments import Checked
from agency.models import Staff
from agency.refusal import Refused
from pmqa.assessment import offers
from pmqa.assessment.lifecycle.writing import held
from pmqa.assessment.models import Assessment, Exhibit, Item, Level, State
from pmqa.assessment.permissions import can_write

PDF = "application/pdf"
WORKFLOW_PAGES = 2


@transaction.atomic
def add_file(
    assessment: Assessment,
    item: Item,
    *,
    level: int,
    kind: str,
    file: Checked,
    title: str,
    by: Staff,
    at: datetime,
) -> Exhibit:
    """Add a file as evidence (แนบหลักฐาน): a PDF, or a workflow picture of at most two pages."""
    assessment = open_for(assessment, item, by=by)
    made = Exhibit.objects.create(
        assessment=assessment,
        item=item,
        level=Level(level),
        kind=kind,
        title=(title.strip() or file.name)[:200],
        page_count=pages_of(file, kind=kind),
        added_at=at,
        added_by=by,
    )
    attachments.attach(made, file, by=by, at=at)
    audit.record(
        assessment, "assessment_exhibit_added", by=by, at=at, item=item.code, exhibit=made.pk
    )
    return made


def open_for(assessment: Assessment, item: Item, *, by: Staff) -> Assessment:
    """Lock an assessment that the person may still write in."""
    assessment = held(assessment, State.DRAFT)
    if not can_write(by, assessment):
        raise Refused(_("Only a supervisor or an executive of the unit may write here."))
    if item.criteria_id != assessment.criteria_id:
        raise Refused(_("The item is not of this assessment’s criteria."))
    return assessment


def pages_of(file: Checked, *, kind: str) -> int:
    """Count the pages; refuse what is no PDF, cannot be opened, or is too long for a workflow."""
    if file.media_type.startswith("image/") and kind == Exhibit.Kind.WORKFLOW:
        return 1
    if file.media_type != PDF:
        raise Refused(
            _("The workflow has to be a PDF or a picture.")
            if kind == Exhibit.Kind.WORKFLOW
            else _("The evidence has to be a PDF. Save the file as PDF and attach that.")
        )
    file.content.seek(0)
    count = pdf_text.page_count(file.content.read())
    file.content.seek(0)
    if not count:
        raise Refused(
            _("The PDF “%(name)s” cannot be opened. Save it again and attach that.")
            % {"name": file.name}
        )
    if kind == Exhibit.Kind.WORKFLOW and count > WORKFLOW_PAGES:
        raise Refused(
            _(
                "The workflow has %(count)s pages; at most %(limit)s are allowed. Shorten it and attach it again."
            )
            % {"count": count, "limit": WORKFLOW_PAGES}
        )
    return count


@transaction.atomic
def attach_offer(
    assessment: Assessment, item: Item, *, level: int, source: str, by: Staff, at: datetime
) -> Exhibit:
    """Attach what the portal can show (แนบหลักฐานจากระบบ), counted at this instant and frozen as it is."""
    assessment = open_for(assessment, item, by=by)
    if source not in item.sources:
        raise Refused(_("The portal does not offer this evidence for the item."))
    standing = assessment.exhibits.standing().filter(item=item, level=level, source=source)
    if standing.exists():
        raise Refused(_("This evidence is attached already. Take it out to count it anew."))
    asked = offers.asked_of(assessment.unit, year=assessment.fiscal_year, at=at)
    found = offers.offer(source, asked)
    if not found.count:
        raise Refused(_("The portal has nothing to show for this in the fiscal year."))
    made = Exhibit.objects.create(
        assessment=assessment,
        item=item,
        level=Level(level),
        kind=Exhibit.Kind.OFFERED,
        source=source,
        count=found.count,
        words_th=found.words_th,
        words_en=found.words_en,
        url=found.url,
        added_at=at,
        added_by=by,
    )
    audit.record(
        assessment,
        "assessment_exhibit_added",
        by=by,
        at=at,
        item=item.code,
        exhibit=made.pk,
        source=source,
        count=found.count,
    )
    return made


@transaction.atomic
def remove(exhibit: Exhibit, *, by: Staff, at: datetime) -> Exhibit:
    """Take a piece of evidence out (นำหลักฐานออก); it is kept, because the past is told with it."""
    assessment = open_for(exhibit.assessment, exhibit.item, by=by)
    exhibit = Exhibit.objects.select_for_update().get(pk=exhibit.pk)
    if exhibit.removed_at:
        return exhibit
    exhibit.removed_at, exhibit.removed_by = at, by
    exhibit.save(update_fields=["removed_at", "removed_by"])
    audit.record(assessment, "assessment_exhibit_removed", by=by, at=at, exhibit=exhibit.pk)
    return exhibit
