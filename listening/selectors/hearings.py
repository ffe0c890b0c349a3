"""What pages ask about hearings: lists, the checklist of the notice, the queue, the views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from agency.models import Staff
from listening.models import Hearing, SignUp, Testimony

Tone = str
MOST_OVER = 100  # hearings on the public page that are over


def hearings(staff: Staff) -> QuerySet[Hearing]:
    """Return the hearings that a member of staff sees."""
    return Hearing.objects.visible_to(staff).select_related("rules", "unit", "owner")


def public_hearings() -> QuerySet[Hearing]:
    """Return what everybody sees."""
    return Hearing.objects.public().select_related("rules", "unit")


@dataclass(frozen=True)
class Check:
    """One line of the checklist before the notice."""

    label: str
    is_done: bool


def checklist(hearing: Hearing) -> list[Check]:
    """Return what a notice needs, and whether it is there."""
    first = [
        Check(_("What it is about, in plain Thai"), bool(hearing.summary_th.strip())),
        Check(_("Who is affected"), bool(hearing.affected_groups())),
        Check(_("At least one issue"), hearing.items.exists()),
    ]
    if hearing.has_session:
        where = bool(hearing.place or hearing.live_url)
        first.append(Check(_("Place or link of the session"), where))
    if hearing.rules.wants_law_url:
        first.append(Check(_("Address at law.go.th"), bool(hearing.law_url)))
    parts = [Check(part["title"], bool(part["text"].strip())) for part in hearing.notice_parts()]
    return first + parts


def missing(hearing: Hearing) -> list[str]:
    """Return what the notice still lacks."""
    return [check.label for check in checklist(hearing) if not check.is_done]


def phase(hearing: Hearing, at: datetime) -> tuple[str, Tone]:
    """Return in a few words what happens now, with the tone of its badge."""
    if hearing.state == Hearing.State.ANNOUNCED:
        if hearing.is_in_session():
            return _("In session"), "soon"
        if at < hearing.closes_at:
            return _("Open for views"), "on-time"
        return _("Views are being answered"), "paused"
    tones = {Hearing.State.PUBLISHED: "done", Hearing.State.CANCELLED: "overdue"}
    return hearing.get_state_display(), tones.get(Hearing.State(hearing.state), "paused")


# The queue


@dataclass(frozen=True)
class Floor:
    """Who has the floor, how long still, and who comes next."""

    speaking: SignUp | None
    seconds_left: int
    waiting: list[SignUp]
    spoken: list[SignUp]
    missed: list[SignUp]

    @property
    def is_over(self) -> bool:
        """Whether the speaker's time is up."""
        return self.speaking is not None and self.seconds_left < 0

    @property
    def clock(self) -> str:
        """The time left as minutes and seconds; with a minus when it is over."""
        minutes, seconds = divmod(abs(self.seconds_left), 60)
        return f"{'−' if self.seconds_left < 0 else ''}{minutes}:{seconds:02d}"


def floor(hearing: Hearing, *, at: datetime) -> Floor:
    """Return how the queue stands at an instant."""
    rows = list(hearing.signups.exclude(state=SignUp.State.WITHDRAWN).select_related("item"))
    by_state: dict[str, list[SignUp]] = {state: [] for state in SignUp.State.values}
    for row in rows:
        by_state[row.state].append(row)
    speaking = next(iter(by_state[SignUp.State.CALLED]), None)
    left = 0
    if speaking is not None and speaking.called_at is not None:
        ends = speaking.called_at + timedelta(seconds=speaking.seconds)
        left = int((ends - at).total_seconds())
    return Floor(
        speaking=speaking,
        seconds_left=left,
        waiting=by_state[SignUp.State.WAITING],
        spoken=by_state[SignUp.State.SPOKE],
        missed=by_state[SignUp.State.NO_SHOW],
    )


# Views


def views_of(hearing: Hearing) -> QuerySet[Testimony]:
    """Return all views of a hearing for its moderators, the newest first."""
    rows = hearing.testimonies.select_related("item", "moderated_by", "entered_by", "appeal")
    return rows.annotate(alike_count=Count("alike")).order_by("-received_at", "-pk")


def shown_views(hearing: Hearing) -> QuerySet[Testimony]:
    """Return what the public reads; a campaign shows once, with how many sent it."""
    shown = Q(state=Testimony.State.SHOWN)
    rows = hearing.testimonies.filter(shown, campaign=None).select_related("item")
    alike = Count("alike", filter=Q(alike__state=Testimony.State.SHOWN))
    return rows.annotate(alike_count=alike).order_by("-received_at", "-pk")


def hidden_counts(hearing: Hearing) -> list[tuple[str, int]]:
    """Return how many views are not shown, by reason; the public reads this and nothing else of them."""
    rows = (
        hearing.testimonies.filter(state=Testimony.State.HIDDEN)
        .values("reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    return [(str(Testimony.Reason(row["reason"]).label), row["count"]) for row in rows]


def stances(hearing: Hearing) -> dict[int | None, dict[str, int]]:
    """Return for each issue (None: of all) how many support, oppose, neither; hidden ones are not counted."""
    rows = (
        hearing.testimonies.exclude(state=Testimony.State.HIDDEN)
        .values("item_id", "stance")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: dict[int | None, dict[str, int]] = {}
    for row in rows:
        counts: dict[str, Any] = found.setdefault(row["item_id"], {})
        counts[row["stance"]] = row["count"]
    return found


# Pages


def desk_counts(hearing: Hearing) -> dict[str, int]:
    """Return how many take part, for the page on the desk."""
    views = hearing.testimonies.aggregate(
        views=Count("pk"),
        waiting=Count("pk", filter=Q(state=Testimony.State.WAITING)),
        appeals=Count("pk", filter=Q(appeal__isnull=False, appeal__decided_at=None)),
    )
    speakers = hearing.signups.exclude(state=SignUp.State.WITHDRAWN).count()
    return {**views, "speakers": speakers}


def public_counts(hearing: Hearing) -> dict[str, int]:
    """Return how many took part, as everybody may know it."""
    sides = stances(hearing)
    views = sum(sum(counts.values()) for counts in sides.values())
    speakers = hearing.signups.exclude(state=SignUp.State.WITHDRAWN).count()
    return {"views": views, "speakers": speakers}


def public_groups(*, at: datetime) -> list[tuple[str, list[Hearing]]]:
    """Return what everybody sees, in three parts: open now, being answered, published or called off."""
    announced = public_hearings().filter(state=Hearing.State.ANNOUNCED)
    over = public_hearings().exclude(state=Hearing.State.ANNOUNCED)
    groups = [
        (_("You can take part"), list(announced.filter(closes_at__gt=at).order_by("closes_at"))),
        (_("Views are being answered"), list(announced.filter(closes_at__lte=at)[:MOST_OVER])),
        (_("What came of it"), list(over.order_by("-closes_at")[:MOST_OVER])),
    ]
    return [(title, rows) for title, rows in groups if rows]


def of_project(hearing: Hearing) -> list[Hearing]:
    """Return the other hearings of the same project."""
    if not hearing.project:
        return []
    return list(public_hearings().filter(project=hearing.project).exclude(pk=hearing.pk)[:10])


def attendance_of(hearing: Hearing) -> dict[str, int]:
    """Return how many counted themselves in at the door, by way."""
    rows = hearing.attendances.order_by().values_list("way").annotate(count=Count("pk"))
    return {"site": 0, "online": 0, **dict(rows)}
