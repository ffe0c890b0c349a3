"""Loads the demo, and clears it away again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from agency import audit, seeds
from agency.models import AuditEntry, Staff, Unit
from agency.refusal import Refused
from agency.thai import fiscal_year, fiscal_year_span, local_day
from complaints.lifecycle import history, refresh_past_times, seeding
from complaints.selectors import counts
from pmqa.demo import (
    desk_papers,
    hearings,
    house,
    improving,
    office,
    past,
    prevention,
    questionnaires,
    rules,
    self_assessment,
    together,
    voices,
)
from pmqa.demo.people import make_people
from pmqa.demo.progress import Progress
from pmqa.reports import lifecycle as reports

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 2570
LOADED = "demo_loaded"
YEARS = 3
LIVED_DAYS = 42
PAST_A_DAY = 2.45
LIVE_A_DAY = 3.8
PEOPLE = 600
BATCH = 500
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}

Say = "Callable[[str], object]"


def is_empty() -> bool:
    """Whether nobody has put anything into this installation yet."""
    return not Staff.objects.exists() and not counts.any_complaint()


def refuse_real_data() -> None:
    """Refuse to reload where the demo was not switched on, or where real work was done."""
    if not settings.PORTAL_DEMO:
        raise Refused(
            _("This is not a demo installation (PORTAL_DEMO is off). Nothing was deleted.")
        )
    loaded = AuditEntry.objects.filter(verb=LOADED).order_by("-pk").first()
    if is_empty():
        return
    if loaded is None or counts.any_complaint(recorded_after=loaded.at):
        raise Refused(
            _(
                "There are cases here that are not of the demo. Nothing was deleted; --force deletes them all."
            )
        )


def clear() -> None:
    """Delete everything: the demo is a whole agency, not an addition to one.

    Numbers of rows go on from where they were: running workers know standards and calendars by them.
    """
    tables = sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - KEPT_TABLES
    )
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")
        cursor.execute(
            "SELECT sequencename FROM pg_sequences WHERE starts_with(sequencename, 'complaint_number_')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP SEQUENCE {connection.ops.quote_name(name)}")


def load(*, at: datetime, say: Callable[[str], object], scale: float = 1.0) -> dict[str, int]:
    """Make the demo agency with three fiscal years that end now; `scale` makes a smaller one."""
    hurry()
    chance = Random(SEED)  # noqa: S311 - the same demo every time
    today = local_day(at)
    seeds.seed(at)
    seeding.seed(at)
    say(_("Agency: units, staff, services"))
    units = house.build(chance=chance, today=today)
    desk_papers.write_canned(units, at=at - timedelta(days=LIVED_DAYS))
    people = make_people(max(int(PEOPLE * scale), 20), chance=chance, at=at - timedelta(days=1))
    cast = past.cast_of(units, people, chance=chance)
    first, lived_from = span_of(today)
    say(_("Three fiscal years of cases"))
    cases = past.past_cases(
        cast, first=first, last=lived_from - timedelta(days=1), a_day=PAST_A_DAY * scale, at=at
    )
    written = Progress(total=len(cases), say=say)
    cases = prevention.coded(cases, chance=Random(SEED), at=at)  # noqa: S311 - the same every time
    for start in range(0, len(cases), BATCH):
        history.write_past(cases[start : start + BATCH])
        written.reach(min(start + BATCH, len(cases)))
    say(_("The last weeks, lived through case by case"))
    lived = office.live(cast, first=lived_from, until=at, a_day=LIVE_A_DAY * scale, say=say)
    work_on(cast, at=at)
    say(_("Surveys"))
    heard = ask_and_listen(at=at, scale=scale)
    rules.apply(at=at)
    self_assessment.assess(at=at)
    office.sweep_and_send(at)
    say(_("Reports of the last closed months"))
    built = reports.build_missing(at=at)
    audit.record(Unit.objects.filter(parent=None).earliest("pk"), LOADED, by=None, at=at)
    return {
        "past": len(cases),
        "lived": lived,
        "voices": heard,
        "reports": len(built),
        "staff": Staff.objects.count(),
    }


def work_on(cast: past.Cast, *, at: datetime) -> None:
    """Let the people of the demo do today what comes on top of their cases."""
    prevention.act(cast, at=at)
    together.act(cast, at=at)
    improving.write(cast, at=at)
    office.sweep_and_send(at)
    refresh_past_times(at=at)
    desk_papers.write_letter(cast.units, at=at)


def ask_and_listen(*, at: datetime, scale: float) -> int:
    """Make surveys, hearings and voices; returns how many voices."""
    questionnaires.write(at=at)
    hearings.write(at=at)
    office.sweep_and_send(at)
    return voices.write(at=at, scale=scale)


def hurry() -> None:
    """Let this connection not wait for the disk: after a power cut the demo is simply made again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def span_of(today: date) -> tuple[date, date]:
    """Return the first day of the demo, and the first of those that are lived through."""
    first, _last = fiscal_year_span(fiscal_year(today) - YEARS)
    return first, today - timedelta(days=LIVED_DAYS)
