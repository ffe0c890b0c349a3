"""The published report by mail: headline, sentences, the PDF, and the address of its page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from agency import outbox
from agency.thai import format_month
from pmqa.reports import files
from pmqa.reports.block import Block
from pmqa.reports.models import Report, ReportMail
from pmqa.reports.selectors import label, names_of


def send_pending(
    *, at: datetime, stale_after: timedelta = outbox.STALE_AFTER, limit: int = 200
) -> int:
    """Send the mails of reports that wait; returns how many. Claims older than `stale_after` are taken over."""
    return outbox.send_pending(OFFICE, at=at, stale_after=stale_after, limit=limit)


def outgoing() -> QuerySet[ReportMail]:
    """Mails with all that sending reads."""
    return ReportMail.objects.select_related("recipient")


def still_stands(_kind: str) -> outbox.StillStands[ReportMail]:
    """Return the check of a mail: its version is still the published one, its recipient still on the list."""
    return standing


def standing(mails: list[ReportMail]) -> set[int]:
    """Return the mails whose report was not replaced and whose recipient was not taken off the list."""
    ids = {mail.object_id for mail in mails}
    published = set(Report.objects.published().filter(pk__in=ids).values_list("pk", flat=True))
    return {mail.pk for mail in mails if mail.object_id in published and mail.recipient.is_active}


def parcel(mail: ReportMail) -> outbox.Parcel:
    """Word a mail in the recipient's language and put the PDF in."""
    report = Report.objects.select_related("unit").get(pk=mail.object_id)
    with translation.override(mail.recipient.language):
        kept = files.file_of(report, "pdf", at=mail.created_at)
        with kept.file.open("rb") as source:
            pdf = outbox.Enclosure(
                name=files.name_of(report, "pdf"),
                content=source.read(),
                media_type=files.MEDIA_TYPES["pdf"],
            )
        return outbox.Parcel(
            to=mail.recipient.email,
            subject=subject_of(report),
            body=body_of(report),
            enclosures=(pdf,),
        )


def subject_of(report: Report) -> str:
    """Return the subject line."""
    return _("Category 3 report of %(unit)s, %(month)s") % {
        "unit": label(names_of(report), "unit", report.figures["unit"]),
        "month": format_month(report.month_on),
    }


def body_of(report: Report) -> str:
    """Return the text: six figures, the sentences, the address of the page."""
    headline = [
        f"- {figure.short_name}: {figure.words}" for figure in Block(report.figures).headline()
    ]
    words = report.words[translation.get_language()]
    page = f"{settings.PORTAL_URL.rstrip('/')}{report.get_absolute_url()}"
    return "\n\n".join(
        [
            subject_of(report),
            "\n".join(headline),
            *words,
            _("The whole report is enclosed. In the portal: %(address)s") % {"address": page},
            _("The portal sent this message. Please do not answer it."),
        ]
    )


OFFICE = outbox.Office(rows=outgoing, still_stands=still_stands, parcel=parcel)
