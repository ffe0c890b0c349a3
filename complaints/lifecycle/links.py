"""Cases that belong together (เชื่อมโยงเรื่อง): a repeat or duplicate follows a master case.

Nothing is moved, merged or deleted (PAINS, complaints 26): each case keeps its number, clocks and
thread, the link can be taken back, and what the complainant writes reaches the master's officer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.announcements import desk_of, tell
from complaints.lifecycle.clocks import hold_clocks, show_progress
from complaints.lifecycle.hold import Outdated, hold, keep, written
from complaints.models import Apart, Complaint, LinkKind

LINKED = ("master", "link_kind")


@transaction.atomic
def link(
    complaint: Complaint,
    *,
    master: Complaint,
    kind: str,
    reason: str,
    by: Staff,
    at: datetime,
    suggested: Complaint | None = None,
    expected_version: int | None = None,
) -> Complaint:
    """Let a case follow another one (เชื่อมกับเรื่องหลัก); the master's officer is told.

    `suggested` is the case that the portal found alike: a link that rests on that alone does not stand
    against somebody's finding that the two are different.
    """
    complaint, master = hold_pair(complaint, master, expected_version=expected_version)
    if suggested:
        refuse_told_apart(complaint, suggested)
    refuse_link(complaint, master=master)
    if kind not in LinkKind.values:
        raise Refused(_("Please choose how the two cases belong together."))
    reason = written(reason, sentence=_("Please say why the two cases belong together."))
    complaint.master, complaint.link_kind = master, kind
    show_progress(hold_clocks(complaint), at=at)
    keep(
        complaint, "linked", *LINKED, by=by, at=at, reason=reason, master=master.pk, kind=str(kind)
    )
    keep(master, "follower_linked", by=by, at=at, reason=reason, follower=complaint.pk)
    tell(master, "follower_linked", to=desk_of(master), by=by, at=at)
    return complaint


@transaction.atomic
def unlink(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Take a link back (ยกเลิกการเชื่อมโยง); both cases go on as if it had never been."""
    former = complaint.master_id
    if former is None:
        raise Refused(_("This complaint is not linked with another one."))
    complaint, master = hold_pair(
        complaint, Complaint(pk=former), expected_version=expected_version
    )
    if complaint.master_id != former:
        raise Refused(_("This link was taken back or changed meanwhile. Look at the case again."))
    reason = written(reason, sentence=_("Please say why the link is taken back."))
    complaint.master, complaint.link_kind = None, ""
    keep(complaint, "unlinked", *LINKED, by=by, at=at, reason=reason, master=master.pk)
    keep(master, "follower_unlinked", by=by, at=at, reason=reason, follower=complaint.pk)
    tell(master, "follower_unlinked", to=desk_of(master), by=by, at=at)
    return complaint


@transaction.atomic
def keep_apart(
    complaint: Complaint,
    *,
    other: Complaint,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Note that two cases are different matters (ไม่ใช่เรื่องเดียวกัน); they are not suggested to each other again."""
    complaint, other = hold_pair(complaint, other, expected_version=expected_version)
    if {complaint.pk, complaint.master_id or 0} & {other.pk, other.master_id or -1}:
        raise Refused(_("These two cases are linked. Take the link back first."))
    first, second = sorted([complaint, other], key=lambda case: case.pk)
    told = {"by": by, "at": at}
    _pair, is_new = Apart.objects.get_or_create(first=first, second=second, defaults=told)
    if is_new:
        audit.record(complaint, "told_apart", by=by, at=at, other=other.pk)
        audit.record(other, "told_apart", by=by, at=at, other=complaint.pk)
    return complaint


def refuse_told_apart(complaint: Complaint, other: Complaint) -> None:
    """Refuse to link what somebody found to be two matters."""
    first, second = sorted([complaint, other], key=lambda case: case.pk)
    found = Apart.objects.filter(first=first, second=second).select_related("by").first()
    if found:
        entries = audit.entries_of(complaint).filter(verb="told_apart", data__other=other.pk)
        words = _(
            "%(who)s found that %(number)s is a different matter. If you know better, link the two from the case’s page and say why."
        )
        raise Outdated(words % {"who": found.by, "number": other}, changes=list(entries))


def hold_pair(
    complaint: Complaint, other: Complaint, *, expected_version: int | None
) -> tuple[Complaint, Complaint]:
    """Lock two cases, always the older first, so that two people never wait for each other."""
    if complaint.pk == other.pk:
        raise Refused(_("A complaint cannot be linked with itself."))
    if complaint.pk < other.pk:
        held = hold(complaint, expected_version=expected_version)
        return held, hold(other)
    held_other = hold(other)
    return hold(complaint, expected_version=expected_version), held_other


def refuse_link(complaint: Complaint, *, master: Complaint) -> None:
    """Refuse a second master, a chain, and a link across the border of secrecy."""
    if complaint.master_id is not None:
        raise Refused(
            _("This complaint follows %(number)s already. Take that link back first.")
            % {"number": complaint.master}
        )
    if master.master_id is not None:
        raise Refused(
            _("Complaint %(number)s itself follows %(master)s. Link with that one.")
            % {"number": master, "master": master.master}
        )
    if complaint.followers.exists():
        raise Refused(_("Other complaints follow this one. Link the other way round."))
    if complaint.is_restricted != master.is_restricted:
        raise Refused(_("A restricted complaint is linked only with a restricted one."))


def readers_of_replies(complaint: Complaint, *, people: Sequence[Staff]) -> list[Staff]:
    """Keep those who may read the case; of a restricted one only the persons named for it."""
    if not complaint.is_restricted:
        return list(people)
    named = set(complaint.readers.values_list("staff", flat=True))
    return [person for person in people if person.pk in named]


def pass_on(complaint: Complaint, *, at: datetime) -> None:
    """Tell the desk of the master that the complainant wrote on a case that follows it."""
    if complaint.master is None:
        return
    tell(
        complaint.master,
        "follower_replied",
        to=readers_of_replies(complaint, people=desk_of(complaint.master)),
        at=at,
        turn=f"{complaint.pk}.{complaint.version}",
        is_unhurried=complaint.is_anonymous,
        follower=complaint.number,
    )
