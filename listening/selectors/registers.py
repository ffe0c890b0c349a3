"""The registers: outings, needs, stakeholders, insights, with the counts that their rows show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agency import audit
from agency.models import AuditEntry, Staff
from agency.signposts import url_of
from listening.models import (
    Engagement,
    Evidence,
    Insight,
    InsightComment,
    Need,
    Occasion,
    Stakeholder,
    Voice,
    VoiceTag,
)

RECENT = timedelta(days=90)
SHOWN = 50


def counted(rows: QuerySet[Voice] | QuerySet[VoiceTag] | QuerySet[Evidence], of: str) -> Coalesce:
    """Return how many rows point to the row at hand; by index, for the rows shown only."""
    found = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(n=Count("pk"))
    return Coalesce(Subquery(found.values("n"), output_field=IntegerField()), 0)


def occasions(staff: Staff) -> QuerySet[Occasion]:
    """Return the outings that the person may see, with how many voices were heard."""
    rows: QuerySet[Occasion] = Occasion.objects.visible_to(staff).select_related(
        "unit", "segment", "by"
    )
    return rows.annotate(voice_count=counted(Voice.objects.all(), "occasion"))


def voices_of(occasion: Occasion, *, staff: Staff) -> list[Voice]:
    """Return the voices heard on an outing."""
    return list(Voice.objects.visible_to(staff).filter(occasion=occasion).order_by("pk")[:200])


def needs(staff: Staff, *, at: datetime) -> QuerySet[Need]:
    """Return the needs with how often they were told: ever, in the last 90 days, in the 90 before."""
    tags = VoiceTag.objects.all()
    rows: QuerySet[Need] = Need.objects.visible_to(staff).select_related(
        "segment", "owner", "unit", "service"
    )
    return rows.annotate(
        mentions=counted(tags, "need"),
        recent=counted(tags.filter(voice__received_at__gte=at - RECENT), "need"),
        former=counted(
            tags.filter(
                voice__received_at__gte=at - 2 * RECENT, voice__received_at__lt=at - RECENT
            ),
            "need",
        ),
    )


def stakeholders(staff: Staff) -> QuerySet[Stakeholder]:
    """Return the stakeholders with the day of the last talk."""
    last = Engagement.objects.filter(stakeholder=OuterRef("pk")).order_by().values("stakeholder")
    rows: QuerySet[Stakeholder] = Stakeholder.objects.visible_to(staff).select_related(
        "segment", "owner", "unit", "contact"
    )
    return rows.annotate(last_on=Subquery(last.annotate(on=Max("held_on")).values("on")))


def insights(staff: Staff) -> QuerySet[Insight]:
    """Return the insights with how much evidence each has."""
    rows: QuerySet[Insight] = Insight.objects.visible_to(staff).select_related(
        "unit", "made_by", "approved_by", "segment", "service"
    )
    return rows.annotate(proofs=counted(Evidence.objects.all(), "insight"))


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A piece of evidence and where it can be looked at."""

    evidence: Evidence
    url: str


def proofs_of(thing: Need | Insight) -> list[Proof]:
    """Return the evidence of a need or an insight, each with its page where it has one."""
    rows = thing.evidence.select_related("by")[:SHOWN]
    return [Proof(evidence=each, url=url_of(each.source, each.ref)) for each in rows]


def tags_of(need: Need, *, staff: Staff) -> list[VoiceTag]:
    """Return the newest passages that tell a need, of voices that the person may see."""
    seen = Voice.objects.visible_to(staff).filter(pk=OuterRef("voice"))
    rows = VoiceTag.objects.filter(need=need).filter(Q(voice__in=seen.values("pk")))
    return list(rows.select_related("voice__channel").order_by(F("at").desc())[:SHOWN])


def talks_of(stakeholder: Stakeholder) -> list[Engagement]:
    """Return the talks with a stakeholder, newest first."""
    return list(stakeholder.engagements.select_related("by")[:SHOWN])


def comments_of(insight: Insight) -> list[InsightComment]:
    """Return what was said on an insight."""
    return list(insight.comments.select_related("by"))


def history_of(thing: Need | Stakeholder | Insight) -> list[tuple[str, AuditEntry]]:
    """Return what happened, newest first, in words."""
    return [(audit.words_of(each.verb), each) for each in audit.entries_of(thing)[:SHOWN]]
