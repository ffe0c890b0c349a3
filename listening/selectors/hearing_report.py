"""What the indicators 3.1-05, 3.1-08 and 3.1-09 are made of, with the records behind each.

An insight is handed over once and stays so. A view keeps the instant at which it came, a speaker who
has spoken has spoken; openings of a notice are counted by the day, and a day counts when it is over
at the cut-off. A hearing counts for 3.1-09 in the period in which its summary fell due: until then
nobody can know whether the rules were kept. Whether notice and documents were in time was written
down when they were given, by the rule set of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from agency.thai import local_day
from listening.models import Hearing, HearingOpening, Insight, SignUp, Testimony, Way
from listening.selectors.asked import Asked, Counted


def gather(asked: Asked) -> tuple[list[Counted], dict[str, list[dict[str, Any]]]]:
    """Return the counts of a period, and the records from which they follow."""
    insights, takings, ended = insights_of(asked), takings_of(asked), ended_of(asked)
    records = {"insights": insights, "taking_part": takings, "hearings": ended}
    return [acted(insights), *took_part(takings), published(ended)], records


# 3.1-05


def insights_of(asked: Asked) -> list[dict[str, Any]]:
    """Return the insights that were handed to an improvement in the period."""
    rows = Insight.objects.filter(
        unit__path__startswith=asked.unit.path,
        handed_over_at__gte=asked.since,
        handed_over_at__lt=asked.until,
        handed_over_at__lte=asked.cutoff,
    )
    return [
        {
            "insight": row.pk,
            "title": row.title,
            "unit": row.unit.code,
            "handed_over_at": iso(row.handed_over_at),
        }
        for row in rows.select_related("unit").order_by("handed_over_at", "pk")
    ]


def acted(insights: Sequence[dict[str, Any]]) -> Counted:
    """Tell how many insights became actions."""
    return Counted(id="3.1-05", measure="acted", numerator=len(insights))


# 3.1-08


def takings_of(asked: Asked) -> list[dict[str, Any]]:
    """Return each hearing that somebody read or took part in: openings, views, speakers."""
    pages, views, speakers = openings_of(asked), views_of(asked), speakers_of(asked)
    sent = sent_by_page(asked)
    hearings = Hearing.objects.filter(pk__in={*pages, *views, *speakers, *sent}).order_by("pk")
    return [
        {
            "hearing": code,
            "views": views.get(pk, 0),
            "speakers": speakers.get(pk, 0),
            "openings": pages.get(pk, 0),
            "sent": sent.get(pk, 0),
        }
        for pk, code in hearings.values_list("pk", "code")
    ]


def openings_of(asked: Asked) -> dict[int, int]:
    """Count openings of notices on whole days."""
    rows = HearingOpening.objects.filter(
        hearing__unit__path__startswith=asked.unit.path,
        on__gte=local_day(asked.since),
        on__lt=last_day(asked),
    ).order_by()
    return dict(rows.values_list("hearing").annotate(times=Sum("count")))


def last_day(asked: Asked) -> date:
    """Return the day before which days count: the period's end, or the day of the cut-off."""
    return min(local_day(asked.until), local_day(asked.cutoff))


def views_of(asked: Asked) -> dict[int, int]:
    """Count the views that came, by all ways; what moderation did with them changes nothing."""
    return by_hearing(within(Testimony.objects, asked, "received_at"))


def speakers_of(asked: Asked) -> dict[int, int]:
    """Count who has spoken."""
    spoke = within(SignUp.objects, asked, "ended_at")
    return by_hearing(spoke.filter(state=SignUp.State.SPOKE))


def sent_by_page(asked: Asked) -> dict[int, int]:
    """Count the views and sign-ups that the public page itself brought, on the days whose openings count."""
    until = last_day(asked)
    views = within(Testimony.objects, asked, "received_at").filter(
        way=Way.WEB, received_at__date__lt=until
    )
    places = within(SignUp.objects, asked, "signed_at").filter(
        entered_by=None, signed_at__date__lt=until
    )
    first, second = by_hearing(views), by_hearing(places)
    return {pk: first.get(pk, 0) + second.get(pk, 0) for pk in {*first, *second}}


def within(rows: Any, asked: Asked, instant: str) -> QuerySet[Any]:
    """Keep rows of the unit's hearings whose instant lies in the period and was known at the cut-off."""
    found: QuerySet[Any] = rows.filter(
        hearing__unit__path__startswith=asked.unit.path,
        **{
            f"{instant}__gte": asked.since,
            f"{instant}__lt": asked.until,
            f"{instant}__lte": asked.cutoff,
        },
    )
    return found.order_by()


def by_hearing(rows: QuerySet[Any]) -> dict[int, int]:
    """Count rows by hearing."""
    return dict(rows.values_list("hearing").annotate(number=Count("pk")))


def took_part(takings: Sequence[dict[str, Any]]) -> list[Counted]:
    """Tell how many took part, and how many forms came for each opening of a notice."""
    return [
        Counted(
            id="3.1-08",
            measure="respondents",
            numerator=sum(each["views"] + each["speakers"] for each in takings),
        ),
        Counted(
            id="3.1-08",
            measure="rate",
            numerator=sum(each["sent"] for each in takings),
            denominator=sum(each["openings"] for each in takings),
        ),
    ]


# 3.1-09


def ended_of(asked: Asked) -> list[dict[str, Any]]:
    """Return the hearings whose summary fell due in the period, each with the rules it kept."""
    due = Hearing.objects.filter(
        unit__path__startswith=asked.unit.path,
        announced_at__lte=asked.cutoff,
        summary_due_on__gte=local_day(asked.since),
        summary_due_on__lt=last_day(asked),
    ).exclude(cancelled_at__lte=asked.cutoff)
    late = Count(
        "documents", filter=Q(documents__is_late=True, documents__published_at__lte=asked.cutoff)
    )
    rows = due.annotate(late_documents=late).order_by("summary_due_on", "pk")
    return [kept_by(row) for row in rows]


def kept_by(row: Any) -> dict[str, Any]:
    """Return which rules of publication a hearing kept."""
    found = {
        "hearing": row.code,
        "summary_due_on": row.summary_due_on.isoformat(),
        "is_noticed": not row.late_reason,
        "is_documented": not row.late_documents,
        "is_summarised": bool(
            row.published_at and local_day(row.published_at) <= row.summary_due_on
        ),
    }
    return {
        **found,
        "is_kept": all(found[name] for name in ("is_noticed", "is_documented", "is_summarised")),
    }


def published(ended: Sequence[dict[str, Any]]) -> Counted:
    """Tell how many of the hearings kept every rule of publication."""
    return Counted(
        id="3.1-09",
        measure="share",
        numerator=sum(each["is_kept"] for each in ended),
        denominator=len(ended),
    )


def iso(at: datetime | None) -> str:
    """Return an instant as text, or nothing."""
    return at.isoformat() if at else ""
