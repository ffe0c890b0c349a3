"""The course of a case in one stream: what was said with the complainant, among staff, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Message

if TYPE_CHECKING:
    from agency.models import Attachment, AuditEntry, Staff


class Show(StrEnum):
    """What part of the stream is asked for."""

    ALL = "all"
    COMPLAINANT = "complainant"
    INTERNAL = "internal"
    HISTORY = "history"

    @property
    def label(self) -> str:
        """The word on the tab."""
        return {
            Show.ALL: _("Everything"),
            Show.COMPLAINANT: _("With the complainant"),
            Show.INTERNAL: _("Internal"),
            Show.HISTORY: _("History"),
        }[self]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the stream; `kind` is the look: message, outgoing, internal or nothing."""

    at: datetime
    who: str
    what: str
    icon: str
    show: Show
    kind: str = ""
    text: str = ""
    files: Sequence[Attachment] = ()
    url: str = ""  # of the paper that the line is about
    quote: int = 0  # the message, where an answer may quote it


ICONS = {
    Message.Kind.ACKNOWLEDGEMENT: "mail",
    Message.Kind.QUESTION: "help",
    Message.Kind.REPLY: "reply",
    Message.Kind.PROGRESS: "send",
    Message.Kind.ANSWER: "check",
    Message.Kind.NOTE: "note",
    Message.Kind.INSTRUCTION: "flag",
    Message.Kind.REJECTION: "close",
    Message.Kind.REFERRAL: "send",
    Message.Kind.AGENCY_ANSWER: "inbox",
    Message.Kind.WITHDRAWAL: "reply",
    Message.Kind.SPLIT: "send",
    Message.Kind.DRAFT: "note",
    Message.Kind.SUBTASK_REPLY: "inbox",
}

# verb of the audit trail → icon, words; verbs that a message tells already are left out
DONE: dict[str, tuple[str, str | Promise]] = {
    "received": ("inbox", gettext_lazy("received the case")),
    "imported": ("upload", gettext_lazy("imported the case")),
    "updated_by_import": ("upload", gettext_lazy("brought the case up to date by an import")),
    "screened": ("filter", gettext_lazy("screened the case")),
    "assigned": ("person", gettext_lazy("assigned the case")),
    "accepted": ("check", gettext_lazy("accepted the case")),
    "resumed": ("clock", gettext_lazy("let the clock go on")),
    "extension_asked": ("hourglass", gettext_lazy("asked for more time")),
    "extension_granted": ("calendar", gettext_lazy("granted more time")),
    "extension_refused": ("calendar", gettext_lazy("refused more time")),
    "escalated": ("escalate", gettext_lazy("took the case to stage 2")),
    "reminded": ("bell", gettext_lazy("reminded of the time limit")),
    "put_on_board": ("flag", gettext_lazy("put the case up for review")),
    "closed": ("lock", gettext_lazy("closed the case")),
    "reopened": ("refresh", gettext_lazy("reopened the case")),
    "rated": ("flag", gettext_lazy("rated the handling")),
    "reader_named": ("eye", gettext_lazy("named a person for this case")),
    "identity_revealed": ("eye", gettext_lazy("looked at the complainant’s identity")),
    "attached": ("attach", gettext_lazy("attached a file")),
    "attachment_read": ("eye", gettext_lazy("opened a file")),
    "escalation_reviewed": ("check", gettext_lazy("reviewed the escalation")),
    "due_changed": ("calendar", gettext_lazy("moved the due date")),
    "acknowledged": ("mail", gettext_lazy("acknowledged the case")),
    "answered": ("check", gettext_lazy("answered the complainant")),
    "asked": ("help", gettext_lazy("asked the complainant")),
    "files_added": ("attach", gettext_lazy("added files")),
    "instructed": ("flag", gettext_lazy("instructed the officer")),
    "noted": ("note", gettext_lazy("added a note")),
    "progress_sent": ("send", gettext_lazy("sent a progress letter")),
    "replied": ("reply", gettext_lazy("replied")),
    "sent_back": ("reply", gettext_lazy("sent the case back")),
    "rejected": ("close", gettext_lazy("did not accept the case")),
    "referred": ("send", gettext_lazy("referred the case to another agency")),
    "referral_answered": ("inbox", gettext_lazy("recorded the other agency’s answer")),
    "referral_reminded": ("clock", gettext_lazy("reminded of the other agency’s answer")),
    "agency_day_reminded": ("calendar", gettext_lazy("reminded of the day another agency set")),
    "name_hidden": ("lock", gettext_lazy("asked to have the name hidden")),
    "withdrawn": ("reply", gettext_lazy("withdrew the case")),
    "split": ("filter", gettext_lazy("split the case")),
    "split_off": ("filter", gettext_lazy("split this case from another one")),
    "fanned_out": ("share", gettext_lazy("asked other units or agencies")),
    "subtask_replied": ("inbox", gettext_lazy("replied to a sub-task")),
    "subtask_returned": ("reply", gettext_lazy("returned a sub-task")),
    "subtask_cancelled": ("close", gettext_lazy("took a sub-task back")),
    "subtask_reminded": ("bell", gettext_lazy("reminded of a sub-task")),
    "subtask_escalated": ("flag", gettext_lazy("put a late sub-task before the supervisor")),
    "review_asked": ("eye", gettext_lazy("sent the answer for review")),
    "review_returned": ("reply", gettext_lazy("returned the answer")),
    "review_taken_back": ("reply", gettext_lazy("took the drafted answer back")),
    "linked": ("attach", gettext_lazy("linked the case with its master")),
    "unlinked": ("close", gettext_lazy("took the link with the master back")),
    "follower_linked": ("attach", gettext_lazy("linked another case with this one")),
    "action_planned": ("flag", gettext_lazy("planned a corrective action")),
    "planned": ("flag", gettext_lazy("planned the action")),
    "action_started": ("clock", gettext_lazy("began the action")),
    "action_done": ("check", gettext_lazy("reported the action as done")),
    "action_verified": ("check", gettext_lazy("verified the action")),
    "action_dropped": ("close", gettext_lazy("dropped the action")),
    "cause_renamed": ("edit", gettext_lazy("renamed the cause")),
    "cause_retired": ("close", gettext_lazy("retired the cause")),
    "cause_restored": ("refresh", gettext_lazy("took the cause back into use")),
    "cause_moved": ("sort-up", gettext_lazy("moved the cause in the list")),
    "told_apart": ("close", gettext_lazy("found that another case is a different matter")),
    "document_issued": ("print", gettext_lazy("issued an official paper")),
    "document_voided": ("close", gettext_lazy("voided an official paper")),
    "follower_unlinked": ("close", gettext_lazy("took a link with this case back")),
    "archived": ("inbox", gettext_lazy("put the case into the archive by the retention rule")),
    "unarchived": ("upload", gettext_lazy("took the case out of the archive")),
    "legally_held": ("lock", gettext_lazy("put the case under legal hold")),
    "hold_released": ("refresh", gettext_lazy("released the legal hold")),
    "text_erased": ("trash", gettext_lazy("erased person, text and files by the retention rule")),
    "person_erased": ("trash", gettext_lazy("erased the person by the retention rule")),
}
# In the stream, their message or their single entries tell these.
SAID = {
    "acknowledged",
    "answered",
    "asked",
    "files_added",
    "instructed",
    "noted",
    "progress_sent",
    "referral_answered",
    "referred",
    "rejected",
    "replied",
    "review_asked",
    "review_returned",
    "sent_back",
    "split",
    "subtask_replied",
    "withdrawn",
}
PAPERS = ("document_issued", "document_voided")
NOBODY: Promise = gettext_lazy("The portal")
THEIRS = {"name_hidden", "rated"}  # done by the complainant, whom no audit entry names


def message_entry(message: Message, *, home: int | None = None) -> Entry:
    """Return a message as a line of the stream; prefetch `by`, and `complaint` of another case's."""
    kind = Message.Kind(message.kind)
    what = str(kind.label)
    if home is not None and message.complaint_id != home:
        what = _("%(what)s, on %(number)s") % {"what": what, "number": message.complaint}
    is_public = message.kind in Message.Kind.public()
    look = "internal"
    if is_public:
        look = "message" if message.is_theirs else "message is-outgoing"
    return Entry(
        at=message.at,
        who=author(message),
        what=what,
        icon=ICONS[kind],
        show=Show.COMPLAINANT if is_public else Show.INTERNAL,
        kind=look,
        text=message.body,
        files=files_of(message),
        quote=message.pk if is_public and home == message.complaint_id else 0,
    )


def files_of(message: Message) -> list[Attachment]:
    """Return the files of a message where they are at hand; asks nothing."""
    return list(message.files_at_hand)


def author(message: Message) -> str:
    """Name who speaks."""
    if message.by:
        return str(message.by)
    return _("The complainant") if message.is_theirs else str(NOBODY)


def done_entry(entry: AuditEntry, *, people: Mapping[int, Staff]) -> Entry:
    """Return an audit entry as a line of the stream; prefetch `by`."""
    icon, words = DONE.get(entry.verb, ("dot", entry.verb))
    whom = ", ".join(str(people[pk]) for pk in persons_in(entry) if pk in people)
    return Entry(
        at=entry.at,
        who=_("The complainant") if entry.verb in THEIRS else str(entry.by or NOBODY),
        what=str(words),
        icon=icon,
        show=Show.HISTORY,
        text=" · ".join(part for part in (whom and f"→ {whom}", entry.reason) if part),
        url=paper_url(entry),
    )


def paper_url(entry: AuditEntry) -> str:
    """Return where the letter or memo is that an entry is about."""
    paper = entry.data.get("document") if entry.verb in PAPERS else None
    return reverse("complaints:document", args=[paper]) if paper else ""


def persons_in(entry: AuditEntry) -> list[int]:
    """Return the ids of the members of staff whom an entry is about, if it names some."""
    named = entry.data.get("to") or entry.data.get("staff")
    return [pk for pk in (named if isinstance(named, list) else [named]) if isinstance(pk, int)]


def stream(
    messages: Iterable[Message],
    entries: Iterable[AuditEntry],
    *,
    people: Mapping[int, Staff] = MappingProxyType({}),
    show: str = Show.ALL,
    home: int | None = None,
) -> list[Entry]:
    """Merge what was said and what was done, oldest first; `show` keeps one part.

    `home` is the case at hand: lines of cases that follow it say which case they stand on.
    """
    said = [message_entry(message, home=home) for message in messages]
    shown = {file.pk for line in said for file in line.files}
    lines = said + [
        done_entry(entry, people=people)
        for entry in entries
        if entry.verb not in SAID and entry.data.get("attachment") not in shown
    ]
    lines.sort(key=lambda line: line.at)
    return [line for line in lines if show in (Show.ALL, line.show)]


def changes(entries: Iterable[AuditEntry]) -> list[Entry]:
    """Return what others did meanwhile, every verb by its own words."""
    return [done_entry(entry, people={}) for entry in entries]
