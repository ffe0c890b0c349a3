"""The registers: needs and their passages, stakeholders and talks with them, insights and their way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, events
from agency.models import Staff
from agency.refusal import Refused
from listening import permissions
from listening.lifecycle.hold import hold, written
from listening.models import (
    Engagement,
    Evidence,
    Insight,
    InsightComment,
    Need,
    Stakeholder,
    Voice,
    VoiceTag,
)

PASSAGE_LENGTH = 500
State = Insight.State


@transaction.atomic
def keep_need(need: Need, *, by: Staff, at: datetime) -> Need:
    """Write a need or a change of it (บันทึกความต้องการ)."""
    verb = "edited" if need.pk else "added"
    if need._state.adding:
        need.made_at = at
    need.changed_at = at
    need.save()
    audit.record(need, verb, by=by, at=at, state=str(need.state))
    return need


@transaction.atomic
def tag(voice: Voice, *, need: Need, passage: str, by: Staff, at: datetime) -> VoiceTag:
    """Tag a need on a passage of a voice (ระบุความต้องการ); the passage stands in the masked text."""
    voice = hold(voice)
    passage = written(passage, sentence=_("Please mark the passage that tells the need."))
    start = voice.masked_body.find(passage)
    if start < 0:
        raise Refused(_("These words are not in the voice. Copy the passage as it stands there."))
    made, is_new = VoiceTag.objects.get_or_create(
        voice=voice,
        need=need,
        start=start,
        end=start + len(passage),
        defaults={"passage": passage[:PASSAGE_LENGTH], "by": by, "at": at},
    )
    if is_new:
        audit.record(voice, "voice_tagged", by=by, at=at, need=need.pk)
    return made


@transaction.atomic
def untag(tagged: VoiceTag, *, by: Staff, at: datetime) -> None:
    """Take a tag back (ยกเลิกการระบุ)."""
    hold(tagged.voice)
    count, _rows = VoiceTag.objects.filter(pk=tagged.pk).delete()
    if not count:
        raise Refused(_("Somebody took this tag back already."))
    audit.record(tagged.voice, "voice_untagged", by=by, at=at, need=tagged.need_id)


@transaction.atomic
def keep_stakeholder(stakeholder: Stakeholder, *, by: Staff, at: datetime) -> Stakeholder:
    """Write a stakeholder or a change of it (บันทึกผู้มีส่วนได้ส่วนเสีย)."""
    known = Stakeholder.objects.filter(unit=stakeholder.unit, name=stakeholder.name)
    if known.exclude(pk=stakeholder.pk).exists():
        raise Refused(_("This unit has a stakeholder of this name already."))
    verb = "edited" if stakeholder.pk else "added"
    if stakeholder._state.adding:
        stakeholder.made_at = at
    stakeholder.save()
    audit.record(stakeholder, verb, by=by, at=at)
    return stakeholder


@transaction.atomic
def note_engagement(engagement: Engagement, *, by: Staff, at: datetime) -> Engagement:
    """Write down a talk with a stakeholder (บันทึกการมีส่วนร่วม)."""
    engagement.summary = written(engagement.summary, sentence=_("Please write what was said."))
    engagement.by, engagement.recorded_at = by, at
    engagement.save()
    audit.record(engagement.stakeholder, "engagement_noted", by=by, at=at, kind=engagement.kind)
    return engagement


@transaction.atomic
def draft_insight(insight: Insight, *, by: Staff, at: datetime) -> Insight:
    """Write an insight or a change of it (ร่างข้อค้นพบ); an approved one is not changed any more."""
    if insight.pk:
        refuse_settled(hold_insight(insight))
    else:
        insight.made_by, insight.made_at = by, at
    verb = "edited" if insight.pk else "added"
    insight.changed_at = at
    insight.save()
    audit.record(insight, verb, by=by, at=at)
    return insight


@transaction.atomic
def add_evidence(evidence: Evidence, *, by: Staff, at: datetime) -> Evidence:
    """Name what a need or an insight rests on (เพิ่มหลักฐาน), by reference and in a sentence without names."""
    if evidence.insight_id:
        refuse_settled(hold_insight(Insight(pk=evidence.insight_id)))
    evidence.words = written(evidence.words, sentence=_("Please write what it says."))
    evidence.by, evidence.at = by, at
    about = Evidence.objects.filter(
        need=evidence.need, insight=evidence.insight, source=evidence.source, ref=evidence.ref
    )
    if evidence.ref is not None and about.exists():
        raise Refused(_("This record is named as evidence already."))
    evidence.save()
    audit.record(
        evidence.insight or evidence.need or evidence,
        "evidence_added",
        by=by,
        at=at,
        source=evidence.source,
        ref=evidence.ref,
    )
    return evidence


@transaction.atomic
def discuss(insight: Insight, *, text: str, by: Staff, at: datetime) -> InsightComment:
    """Say something on a draft (แสดงความเห็น); from the first word on it is in discussion."""
    insight = hold_insight(insight)
    refuse_settled(insight)
    text = written(text, sentence=_("Please write your comment."))
    made = InsightComment.objects.create(insight=insight, text=text, by=by, at=at)
    move(insight, State.DISCUSSED, verb="insight_discussed", by=by, at=at)
    return made


@transaction.atomic
def approve(insight: Insight, *, by: Staff, at: datetime) -> Insight:
    """Approve an insight (เห็นชอบ): somebody else than who wrote it, and never without evidence."""
    insight = hold_insight(insight)
    refuse_settled(insight)
    if not permissions.can_approve_insight(by, insight):
        raise Refused(_("An insight is approved by somebody else than who wrote it."))
    if not insight.evidence.exists():
        raise Refused(_("Please name the evidence first: what the insight rests on."))
    insight.approved_by, insight.approved_at = by, at
    insight.save(update_fields=["approved_by", "approved_at"])
    return move(insight, State.APPROVED, verb="insight_approved", by=by, at=at)


@transaction.atomic
def hand_over(insight: Insight, *, by: Staff, at: datetime) -> Insight:
    """Hand an approved insight to the improvements (ส่งต่อสู่การปรับปรุง); an event tells them."""
    insight = hold_insight(insight)
    if insight.state != State.APPROVED:
        raise Refused(_("Only an approved insight is handed over, and only once."))
    insight.handed_over_at = at
    insight.save(update_fields=["handed_over_at"])
    events.emit(insight, "insight_handed_over", at=at, by=by.pk)
    return move(insight, State.HANDED_OVER, verb="insight_handed_over", by=by, at=at)


@transaction.atomic
def note_improvement(pk: int, *, improvement_pk: int, at: datetime) -> Insight:
    """Write which improvement an insight became; a second time changes nothing."""
    insight = hold_insight(Insight(pk=pk))
    if insight.improvement_pk == improvement_pk:
        return insight
    insight.improvement_pk, insight.changed_at = improvement_pk, at
    insight.save(update_fields=["improvement_pk", "changed_at"])
    audit.record(insight, "insight_taken_up", by=None, at=at, improvement=improvement_pk)
    return insight


def hold_insight(insight: Insight) -> Insight:
    """Lock an insight."""
    Insight.objects.select_for_update(no_key=True).filter(pk=insight.pk).values_list("pk").get()
    held: Insight = Insight.objects.select_related("unit").get(pk=insight.pk)
    return held


def refuse_settled(insight: Insight) -> None:
    """Refuse to change what was decided."""
    if insight.state not in {State.DRAFT, State.DISCUSSED}:
        raise Refused(_("This insight is decided. Write a new one if something else was found."))


def move(insight: Insight, state: str, *, verb: str, by: Staff, at: datetime) -> Insight:
    """Write how far an insight came."""
    insight.state, insight.changed_at = state, at
    insight.save(update_fields=["state", "changed_at"])
    audit.record(insight, verb, by=by, at=at)
    return insight
