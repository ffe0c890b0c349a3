"""Waves on the desk: their list, a wave's page with its response-rate board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from agency.models import Staff
from surveys.models import Invitation, Mode, Response, Wave, Way
from surveys.selectors.links import invitation_url, qr_of, wave_url

DONE = Q(state=Response.State.COMPLETE)
BEGUN = Q(state=Response.State.PARTIAL)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the board: how many are wanted or were asked, how many answered, how many only began."""

    label: str
    complete: int
    partial: int
    wanted: int | None = None
    asked: int | None = None

    @property
    def base(self) -> int | None:
        """What the share is of: those asked, else the answers wanted."""
        return self.asked or self.wanted

    @property
    def percent(self) -> int | None:
        """The share of answers, in whole percent."""
        return round(100 * self.complete / self.base) if self.base else None


@dataclass(frozen=True, kw_only=True)
class Board:
    """How the fieldwork stands; without figures where they would tell who answered."""

    is_hidden: bool
    total: Line | None = None
    strata: list[Line] | None = None
    modes: list[Line] | None = None
    units: list[Line] | None = None
    screened: int = 0
    void: int = 0


def waves(staff: Staff) -> QuerySet[Wave]:
    """Return the waves that the person sees, for their list."""
    return Wave.objects.visible_to(staff).select_related("survey", "responsible")


def is_small(wave: Wave, *, at: datetime) -> bool:
    """Whether figures stay hidden: an anonymous wave in the field with few answers or few who were asked.

    Who sees a counter rise by one after a colleague has been at the tablet knows whose answer it was.
    """
    if not wave.survey.is_anonymous or not wave.is_taking(at):
        return False
    least = 2 * wave.smallest_cell
    few = wave.responses.filter(DONE).order_by().values("pk")[:least].count() < least
    asked = wave.invitations.order_by().values("pk")[:least].count()
    return few or 0 < asked < least


def board(wave: Wave, *, at: datetime) -> Board:
    """Count the answers by stratum, way and unit, in few statements."""
    if is_small(wave, at=at):
        return Board(is_hidden=True)
    counts = wave.responses.order_by().aggregate(
        complete=Count("pk", DONE),
        partial=Count("pk", BEGUN),
        screened=Count("pk", Q(state=Response.State.SCREENED)),
        void=Count("pk", Q(state=Response.State.VOID)),
    )
    asked = wave.invitations.count()
    return Board(
        is_hidden=False,
        total=Line(
            label="",
            complete=counts["complete"],
            partial=counts["partial"],
            wanted=wave.target_n,
            asked=asked or None,
        ),
        strata=by_stratum(wave),
        modes=by_mode(wave),
        units=by_unit(wave),
        screened=counts["screened"],
        void=counts["void"],
    )


def grouped(rows: QuerySet[Any], *names: str) -> Any:
    """Count complete and begun answers by something."""
    return (
        rows.order_by()
        .values(*names)
        .annotate(complete=Count("pk", DONE), partial=Count("pk", BEGUN))
    )


def by_stratum(wave: Wave) -> list[Line]:
    """Return a line for each stratum."""
    found = {row["stratum"]: row for row in grouped(wave.responses.all(), "stratum")}
    asked = dict(wave.invitations.order_by().values_list("stratum").annotate(count=Count("pk")))
    none = {"complete": 0, "partial": 0}
    return [
        Line(
            label=str(stratum),
            complete=found.get(stratum.pk, none)["complete"],
            partial=found.get(stratum.pk, none)["partial"],
            wanted=stratum.target_n,
            asked=asked.get(stratum.pk),
        )
        for stratum in wave.strata.all()
    ]


def by_mode(wave: Wave) -> list[Line]:
    """Return a line for each way that brought something or is open."""
    found = {row["mode"]: row for row in grouped(wave.responses.all(), "mode")}
    none = {"complete": 0, "partial": 0}
    return [
        Line(
            label=str(mode.label),
            complete=found.get(mode.value, none)["complete"],
            partial=found.get(mode.value, none)["partial"],
        )
        for mode in Mode
        if mode.value in found or mode.value in wave.modes
    ]


def by_unit(wave: Wave) -> list[Line]:
    """Return a line for each unit that answers are of."""
    rows = grouped(wave.responses.exclude(unit=None), "unit", "unit__name_th")
    asked = dict(wave.invitations.order_by().values_list("unit").annotate(count=Count("pk")))
    return [
        Line(
            label=row["unit__name_th"],
            complete=row["complete"],
            partial=row["partial"],
            asked=asked.get(row["unit"]),
        )
        for row in sorted(rows, key=lambda row: row["unit"])
    ]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the invitations of a wave stand."""

    total: int
    waiting: int
    sent: int
    failed: int
    bounced: int
    answered: int


def asked(wave: Wave) -> Asked:
    """Count the invitations by how the asking went."""
    state = Invitation.State
    counts = wave.invitations.order_by().aggregate(
        total=Count("pk"),
        waiting=Count("pk", Q(state=state.WAITING)),
        sent=Count("pk", Q(state=state.SENT)),
        failed=Count("pk", Q(state=state.FAILED)),
        bounced=Count("pk", Q(state=state.BOUNCED)),
        answered=Count("pk", Q(is_spent=True)),
    )
    return Asked(**counts)


def poster(wave: Wave) -> dict[str, str]:
    """Return link and QR code of a wave."""
    url = wave_url(wave)
    return {
        "url": url,
        "shown": url.removeprefix("https://").removeprefix("http://"),
        "qr": qr_of(url),
    }


@dataclass(frozen=True, kw_only=True)
class PrintedLetter:
    """A letter with its link, for the printer."""

    name: str
    url: str
    qr: str


def letters(wave: Wave, *, limit: int = 200) -> list[PrintedLetter]:
    """Return the letters that wait to be printed, with their single-use links."""
    rows = wave.invitations.filter(way=Way.LETTER, state=Invitation.State.WAITING)
    found = []
    for row in rows.select_related("person").order_by("pk")[:limit]:
        url = invitation_url(row.pk)
        name = row.person.name if row.person else row.reference
        found.append(PrintedLetter(name=name, url=url, qr=qr_of(url)))
    return found
