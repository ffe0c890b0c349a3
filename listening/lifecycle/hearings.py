"""Hearings (การรับฟังความคิดเห็น): prepare, put in order, announce, call off; what the law asks for is checked here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agency import attachments, audit
from agency.attachments import Checked
from agency.calendars import version_for, working_calendar
from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from agency.workdays import WorkingCalendar
from listening import sla
from listening.lifecycle.letters_of_hearings import write_to_participants
from listening.models import AgendaItem, Hearing, HearingDocument, RuleSet
from listening.selectors.hearings import missing
from listening.sla import HearingLimits

OPEN_LATER = {"place", "live_url", "recording_url", "chair", "law_url", "is_premoderated"}


def limits_of(rules: RuleSet) -> HearingLimits:
    """Return the days of a rule set."""
    names = HearingLimits.__dataclass_fields__
    return HearingLimits(**{name: getattr(rules, name) for name in names})


def calendar_of(hearing: Hearing) -> WorkingCalendar:
    """Return the calendar by which the hearing's working days count."""
    return working_calendar(version_for(hearing.unit))


@transaction.atomic
def prepare_hearing(*, unit: Unit, by: Staff, at: datetime, **facts: Any) -> Hearing:
    """Begin a hearing (เตรียมการรับฟัง); nobody outside sees it before it is announced."""
    refuse_taken(facts["code"])
    facts = {"owner": by, **facts}
    hearing = Hearing.objects.create(unit=unit, made_at=at, **with_closing(facts))
    audit.record(hearing, "hearing_prepared", by=by, at=at)
    return hearing


def with_closing(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with the end of written views: as said, else as the rule set has it."""
    if facts.get("closes_at") is None and facts.get("ends_at") is not None:
        closes_at = sla.views_until(facts["ends_at"], limits_of(facts["rules"]))
        return facts | {"closes_at": closes_at}
    return facts


def refuse_taken(code: str, *, but: int = 0) -> None:
    """Refuse a short link that another hearing has."""
    if Hearing.objects.filter(code=code).exclude(pk=but).exists():
        raise Refused(_("The short link %(code)s is taken. Choose another one.") % {"code": code})


@transaction.atomic
def change_hearing(hearing: Hearing, *, by: Staff, at: datetime, **facts: Any) -> Hearing:
    """Change a hearing in preparation; of an announced one only place, links, chair and moderation."""
    hearing = hold(hearing)
    refuse_over(hearing)
    if hearing.state != Hearing.State.DRAFT and (unknown := set(facts) - OPEN_LATER):
        raise Refused(
            _("The notice is out, so %(fields)s stay as they are. Call it off and announce anew.")
            % {"fields": ", ".join(sorted(unknown))}
        )
    if "code" in facts:
        refuse_taken(facts["code"], but=hearing.pk)
    changed = with_closing(facts) if "ends_at" in facts else facts
    for name, value in changed.items():
        setattr(hearing, name, value)
    hearing.save(update_fields=list(changed))
    audit.record(hearing, "hearing_changed", by=by, at=at, fields=sorted(changed))
    return hearing


@transaction.atomic
def set_notice_parts(
    hearing: Hearing, parts: dict[str, dict[str, str]], *, by: Staff, at: datetime
) -> Hearing:
    """Write what the notice says under each part that the rule set demands."""
    hearing = hold(hearing)
    refuse_announced(hearing)
    hearing.parts = {code: said for code, said in parts.items() if any(said.values())}
    hearing.save(update_fields=["parts"])
    audit.record(hearing, "hearing_changed", by=by, at=at, fields=["parts"])
    return hearing


@transaction.atomic
def announce(hearing: Hearing, *, by: Staff, at: datetime, late_reason: str = "") -> Hearing:
    """Announce a hearing (ประกาศรับฟัง): the checklist is whole, and the days are kept or their lack explained."""
    hearing = hold(hearing)
    refuse_announced(hearing)
    if gaps := missing(hearing):
        raise Refused(
            _("The notice is not whole yet. It lacks: %(gaps)s.") % {"gaps": "; ".join(gaps)}
        )
    first = hearing.starts_at or hearing.closes_at
    if first <= at:
        raise Refused(_("Its times lie in the past. Move them first."))
    days = sla.days_of_notice(announced=local_day(at), first=local_day(first))
    if days < hearing.rules.notice_days:
        refuse_short_notice(hearing, days=days, late_reason=late_reason)
        hearing.late_reason = late_reason.strip()
    hearing.state, hearing.announced_at = Hearing.State.ANNOUNCED, at
    hearing.summary_due_on = sla.summary_due(hearing.closes_at, limits_of(hearing.rules))
    hearing.save(update_fields=["state", "announced_at", "summary_due_on", "late_reason"])
    mark_late_documents(hearing, at=at)
    audit.record(hearing, "hearing_announced", by=by, at=at, days=days)
    return hearing


def refuse_short_notice(hearing: Hearing, *, days: int, late_reason: str) -> None:
    """Refuse a notice that comes too late by law, or without a word why it is later than advised."""
    facts = {"days": days, "wanted": hearing.rules.notice_days}
    if hearing.rules.is_notice_binding:
        raise Refused(
            _(
                "Notice has to be given %(wanted)s days before; these would be %(days)s. Move the session."
            )
            % facts
        )
    if not late_reason.strip():
        raise Refused(
            _(
                "%(wanted)s days of notice are advised; these are %(days)s. Say why, or move the session."
            )
            % facts
        )


def mark_late_documents(hearing: Hearing, *, at: datetime) -> None:
    """Documents of a draft become public with the notice: too late where less time is left than the rules ask."""
    hearing.documents.update(published_at=at, is_late=is_late_for(hearing, at=at))


def is_late_for(hearing: Hearing, *, at: datetime) -> bool:
    """Whether a document that is public from this instant on is too late to be read before."""
    first = hearing.starts_at or hearing.closes_at
    return at > sla.materials_due(first, limits_of(hearing.rules))


@transaction.atomic
def cancel_hearing(hearing: Hearing, *, reason: str, by: Staff, at: datetime) -> Hearing:
    """Call a hearing off (ยกเลิก), with a reason that everybody who took part reads."""
    hearing = hold(hearing)
    refuse_over(hearing)
    if not reason.strip():
        raise Refused(_("Say why it is called off."))
    hearing.state, hearing.cancelled_at, hearing.cancel_reason = (
        *(Hearing.State.CANCELLED, at),
        reason.strip(),
    )
    hearing.announced_at = hearing.announced_at or at
    hearing.save(update_fields=["state", "cancelled_at", "cancel_reason", "announced_at"])
    audit.record(hearing, "hearing_cancelled", by=by, at=at, reason=reason)
    write_to_participants(hearing, "listening.hearing_cancelled", at=at, reason=reason.strip())
    return hearing


@transaction.atomic
def extend_hearing(
    hearing: Hearing, *, closes_at: datetime, reason: str, by: Staff, at: datetime
) -> Hearing:
    """Take written views longer than announced (ขยายเวลา); never shorter, and not after the hour has come."""
    hearing = hold(hearing)
    if not hearing.is_taking(at):
        raise Refused(_("Written views are not taken any more, so their end cannot be moved."))
    if closes_at <= hearing.closes_at:
        raise Refused(_("The new end must be later than the one that was announced."))
    audit.record(
        hearing,
        "hearing_extended",
        by=by,
        at=at,
        reason=reason,
        earlier=hearing.closes_at.isoformat(),
    )
    hearing.closes_at = closes_at
    hearing.summary_due_on = sla.summary_due(closes_at, limits_of(hearing.rules))
    hearing.save(update_fields=["closes_at", "summary_due_on"])
    return hearing


# Issues


@transaction.atomic
def add_item(hearing: Hearing, *, by: Staff, at: datetime, **facts: Any) -> AgendaItem:
    """Add an issue at the end (เพิ่มประเด็น)."""
    hearing = hold(hearing)
    refuse_announced(hearing)
    last = hearing.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(hearing=hearing, position=last + 1, **facts)
    audit.record(hearing, "hearing_changed", by=by, at=at, fields=["items"])
    return item


@transaction.atomic
def change_item(item: AgendaItem, *, by: Staff, at: datetime, **facts: Any) -> AgendaItem:
    """Reword an issue before it is announced."""
    hearing = hold(item.hearing)
    refuse_announced(hearing)
    for name, value in facts.items():
        setattr(item, name, value)
    item.save(update_fields=list(facts))
    audit.record(hearing, "hearing_changed", by=by, at=at, fields=["items"])
    return item


@transaction.atomic
def move_item(item: AgendaItem, *, step: int, by: Staff, at: datetime) -> AgendaItem:
    """Move an issue one place up (-1) or down (1); also during the session."""
    hearing = hold(item.hearing)
    refuse_over(hearing)
    items = list(hearing.items.order_by("position"))
    place = next(place for place, each in enumerate(items) if each.pk == item.pk)
    other = place + step
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
        for position, each in enumerate(items, start=1):
            each.position = position
        AgendaItem.objects.bulk_update(items, ["position"])
        audit.record(hearing, "hearing_reordered", by=by, at=at)
    return item


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Staff, at: datetime) -> None:
    """Take an issue out before the notice."""
    hearing = hold(item.hearing)
    refuse_announced(hearing)
    item.delete()
    audit.record(hearing, "hearing_changed", by=by, at=at, fields=["items"])


# Documents


@transaction.atomic
def add_document(
    hearing: Hearing, file: File[bytes] | Checked, *, title: str, by: Staff, at: datetime
) -> HearingDocument:
    """Put a document beside the notice (เผยแพร่เอกสาร); what comes too late to be read says so for ever."""
    hearing = hold(hearing)
    refuse_over(hearing)
    attachment = attachments.attach(hearing, file, by=by, at=at, is_public=True)
    document = HearingDocument.objects.create(
        hearing=hearing,
        attachment=attachment,
        title=title.strip() or attachment.name,
        published_at=at,
        published_by=by,
        is_late=is_late_for(hearing, at=at),
    )
    audit.record(hearing, "hearing_document", by=by, at=at, document=document.pk)
    return document


# Holding


def hold(hearing: Hearing) -> Hearing:
    """Lock a hearing for a change."""
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("rules", "unit", "owner")
    return rows.get(pk=hearing.pk)


def refuse_announced(hearing: Hearing) -> None:
    """Refuse what must not change under people's eyes."""
    if hearing.state != Hearing.State.DRAFT:
        raise Refused(_("The notice is out; this part of it stays as it was announced."))


def refuse_over(hearing: Hearing) -> None:
    """Refuse a change of what is over."""
    if hearing.state in {Hearing.State.PUBLISHED, Hearing.State.CANCELLED}:
        raise Refused(_("The hearing is over. It stays as it is."))
