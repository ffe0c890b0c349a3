"""What came of a hearing: minutes, official answers, groups of alike views, the published summary, reminders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, notices
from agency.models import Notice, Staff
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.thai import local_day
from listening.lifecycle.hearings import hold, refuse_over
from listening.lifecycle.letters_of_hearings import write_to_participants
from listening.models import AgendaItem, Hearing, HearingSummary, Minutes, OfficialAnswer, Testimony
from listening.selectors.hearing_facts import facts_of
from listening.text.campaigns import groups_of

SOON = timedelta(days=3)


@transaction.atomic
def write_minutes(hearing: Hearing, *, by: Staff, at: datetime, **facts: Any) -> Minutes:
    """Write the minutes of the session (บันทึกรายงานการประชุม); until the summary they can be mended."""
    hearing = hold(hearing)
    refuse_over(hearing)
    if hearing.session_ended_at is None:
        raise Refused(_("The session is not closed yet."))
    values = {**facts, "written_by": by, "written_at": at}
    made, _is_new = Minutes.objects.update_or_create(hearing=hearing, defaults=values)
    audit.record(hearing, "minutes_written", by=by, at=at)
    return made


@transaction.atomic
def answer_items(
    items: Iterable[AgendaItem], *, by: Staff, at: datetime, **words: Any
) -> list[OfficialAnswer]:
    """Answer one issue, or several with the same words (ชี้แจงผลการรับฟัง); mended until the summary is out."""
    found = list(items)
    if not found:
        raise Refused(_("Choose at least one issue."))
    hearing = hold(found[0].hearing)
    refuse_over(hearing)
    if hearing.state != Hearing.State.ANNOUNCED or at < hearing.closes_at:
        raise Refused(_("Views still come in. Answer when the time announced is over."))
    values = {**words, "answered_by": by, "answered_at": at}
    made = [
        OfficialAnswer.objects.update_or_create(item=item, defaults=values)[0] for item in found
    ]
    audit.record(hearing, "hearing_answered", by=by, at=at, items=[item.pk for item in found])
    return made


@transaction.atomic
def group_alike(hearing: Hearing, *, by: Staff | None, at: datetime) -> int:
    """Group views that are one text (รวมความเห็นซ้ำ); returns how many groups. All of them stay and count."""
    hearing = hold(hearing)
    refuse_over(hearing)
    views = list(hearing.testimonies.order_by("received_at", "pk").only("pk", "body"))
    groups = groups_of([view.body for view in views])
    hearing.testimonies.update(campaign=None)
    for group in groups:
        first, *others = (views[place].pk for place in group)
        Testimony.objects.filter(pk__in=others).update(campaign=first)
    audit.record(hearing, "views_grouped", by=by, at=at, groups=len(groups))
    return len(groups)


@transaction.atomic
def publish_summary(
    hearing: Hearing, *, by: Staff, at: datetime, reason: str = ""
) -> HearingSummary:
    """Publish the summary (เผยแพร่สรุปผล), frozen with its figures; a correction is the next number with its reason."""
    hearing = hold(hearing)
    number = hearing.summaries.count() + 1
    refuse_early_summary(hearing, number=number, reason=reason, at=at)
    hearing.state, hearing.published_at = Hearing.State.PUBLISHED, hearing.published_at or at
    hearing.save(update_fields=["state", "published_at"])
    facts = facts_of(hearing)
    made = HearingSummary.objects.create(
        hearing=hearing,
        number=number,
        facts=facts,
        sha256=digest(facts),
        reason=reason.strip(),
        published_by=by,
        published_at=at,
    )
    audit.record(hearing, "summary_published", by=by, at=at, number=number, reason=reason)
    if number == 1:
        write_to_participants(hearing, "listening.hearing_published", at=at)
    return made


def refuse_early_summary(hearing: Hearing, *, number: int, reason: str, at: datetime) -> None:
    """Refuse a summary while views come, wait to be read, or stand without an answer."""
    if number > 1:
        if not reason.strip():
            raise Refused(_("Say what was corrected."))
        return
    if hearing.state != Hearing.State.ANNOUNCED or at < hearing.closes_at:
        raise Refused(
            _("Views still come in. The summary follows when the time announced is over.")
        )
    if hearing.has_session and hearing.session_ended_at is None:
        raise Refused(_("The session is not closed yet."))
    waiting = hearing.testimonies.filter(state=Testimony.State.WAITING).count()
    if waiting:
        raise Refused(
            _("%(count)s views wait for moderation. Read them first.") % {"count": waiting}
        )
    if open_appeals(hearing):
        raise Refused(_("A writer asked for a second look. Answer that first."))
    unanswered = [item.title for item in hearing.items.filter(answer=None)]
    if unanswered:
        raise Refused(
            _("These issues have no official answer yet: %(items)s.")
            % {"items": "; ".join(unanswered)}
        )


def open_appeals(hearing: Hearing) -> bool:
    """Whether somebody waits for a second look."""
    return hearing.testimonies.filter(appeal__isnull=False, appeal__decided_at=None).exists()


def digest(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a summary says."""
    return hashlib.sha256(
        json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


# Reminders


def remind_of_hearings(*, at: datetime) -> int:
    """Remind owners of what a hearing owes soon or already (เตือนกำหนดของการรับฟัง), each once; returns how many."""
    drafts = [draft for hearing in announced() for draft in reminders(hearing, at=at)]
    if drafts:
        with transaction.atomic():
            notices.enqueue_many(drafts, at=at)
    return len(drafts)


def announced() -> Iterable[Hearing]:
    """Yield the hearings that are under way."""
    rows = Hearing.objects.filter(state=Hearing.State.ANNOUNCED)
    return rows.select_related("rules", "unit", "owner").order_by("pk").iterator(chunk_size=200)


def reminders(hearing: Hearing, *, at: datetime) -> list[NoticeDraft]:
    """Return what its owner has to hear now."""
    found = []
    first = hearing.due_of_materials()
    if first - SOON <= at < first + SOON and not hearing.documents.exists():
        found.append(reminder(hearing, "documents"))
    if hearing.help_requests.filter(decided_at=None, asked_at__lt=at - timedelta(days=1)).exists():
        found.append(reminder(hearing, "help"))
    if at >= hearing.closes_at and hearing.summary_due_on:
        left = (hearing.summary_due_on - local_day(at)).days
        if left < 0:
            found.append(reminder(hearing, "summary_late"))
        elif left <= SOON.days:
            found.append(reminder(hearing, "summary_soon"))
    return found


def reminder(hearing: Hearing, kind: str) -> NoticeDraft:
    """Return the notice about one thing that is owed."""
    return NoticeDraft(
        subject=hearing,
        kind=f"listening.hearing_{kind}",
        to=hearing.owner,
        key=f"listening.hearing_{kind}:{hearing.pk}",
        url=hearing.get_absolute_url(),
        data={"code": hearing.code},
    )


def still_owed(rows: list[Notice]) -> set[int]:
    """Keep what speaks of hearings that are still under way."""
    wanted = {row.object_id for row in rows}
    states = Hearing.objects.filter(pk__in=wanted, state=Hearing.State.ANNOUNCED)
    going = set(states.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in going}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    titles: dict[str, Any] = {
        "documents": lambda facts: (
            _("Hearing %(code)s: its documents have to be public soon") % facts
        ),
        "help": lambda facts: _("Hearing %(code)s: somebody waits for assistance") % facts,
        "summary_soon": lambda facts: (
            _("Hearing %(code)s: the summary is due within three days") % facts
        ),
        "summary_late": lambda facts: _("Hearing %(code)s: the summary is overdue") % facts,
    }
    for kind, title in titles.items():
        notices.register(f"listening.hearing_{kind}", title=title, still_stands=still_owed)
