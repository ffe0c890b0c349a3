"""The demo agency: small here, but of every kind; never over real work."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from stdnum.th import pin

from agency import persons, seeds
from agency.models import (
    AuditEntry,
    Channel,
    Notice,
    Person,
    Role,
    Service,
    ServiceMonth,
    Staff,
    Unit,
)
from complaints.lifecycle import seeding
from complaints.models import Clock, Closing, Complaint, CorrectiveAction, Milestone, Rota
from pmqa.demo import house, loading, past, people, words
from pmqa.demo.progress import Progress
from pmqa.demo.topics import TOPICS
from pmqa.reports.models import Report
from surveys.models import Factsheet, FollowUp, Wave
from tests.factories.agency import PersonFactory
from tests.factories.complaints import received

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # a Friday afternoon


def load() -> dict[str, int]:
    return loading.load(at=NOW, say=lambda _text: None, scale=0.08)


def test_progress_says_every_fifth_of_the_way():
    said: list[str] = []
    bar = Progress(total=1200, say=said.append)

    for done in (100, 500, 600, 1200):
        bar.reach(done)

    assert said == ["    ██░░░ 500 / 1,200", "    █████ 1,200 / 1,200"]


def test_demo_makes_a_whole_agency():
    counts = load()

    cases = Complaint.objects.all()
    assert cases.filter(split_from=None).count() == counts["past"] + counts["lived"]
    assert Unit.objects.count() == len(house.UNITS)
    assert Channel.objects.exclude(address="").count() == len(house.REACHED)
    assert sorted(
        Staff.objects.exclude(password__startswith="!").values_list("username", flat=True)
    ) == [
        "admin",
        "auditor",
        "executive",
        "officer",
        "supervisor",
    ]
    assert {role for staff in Staff.objects.all() for role in staff.roles} == set(Role.values)
    assert Staff.objects.get(username="officer").deputises_for.filter(leave_until__gt=NOW).exists()
    assert set(Rota.objects.values_list("mode", flat=True)) == {"least", "round"}
    assert {each.status for each in CorrectiveAction.objects.filter(owner__username="officer")} == {
        *("planned", "doing", "done")
    }
    assert ServiceMonth.objects.count() == Service.objects.count() * house.MONTHS_OF_FIGURES
    assert set(cases.values_list("kind", flat=True)) >= {
        "service",
        "corruption",
        "petition",
        "suggestion",
    }
    assert cases.order_by("received_at").first().received_at.date() >= date(2023, 9, 30)
    assert not cases.filter(received_at__gt=NOW).exists()
    assert list(Report.objects.values_list("month_on", flat=True)) == [
        date(2026, 10, 1),
        date(2026, 9, 1),
        date(2026, 8, 1),
    ]
    check_history()
    check_persons()
    check_outbox()
    check_surveys()


def check_surveys() -> None:
    """Two closed years are published, this one is half way, and a pulse goes back to people."""
    waves = list(Wave.objects.filter(survey__code="service").order_by("opens_at"))
    assert [wave.state for wave in waves] == ["closed", "closed", "open"]
    published = Factsheet.objects.filter(state="published").order_by("pk")
    assert [sheet.wave for sheet in published] == waves[:2]
    assert published[1].document["th"]["trend"]
    assert {row.closed_at is None for row in FollowUp.objects.all()} == {True, False}


def check_history() -> None:
    """What was written in bulk agrees with itself."""
    assert (
        Closing.objects.filter(reopened_at=None).count()
        == Complaint.objects.filter(status="closed").count()
    )
    settled = Clock.objects.filter(measure__in=["stage1", "stage2"], result__in=["met", "missed"])
    assert settled.filter(result="met", stopped_at__gt=F("due_at")).count() == 0
    assert settled.filter(result="missed", stopped_at__lte=F("due_at")).count() == 0
    assert Complaint.objects.filter(closed_at__lt=F("answered_at")).count() == 0
    assert Complaint.objects.filter(acknowledged_at__lt=F("deemed_received_at")).count() == 0
    assert Complaint.objects.filter(text=None).count() == 0
    assert Complaint.objects.filter(is_restricted=True, readers=None).count() == 0
    assert AuditEntry.objects.filter(at__gt=NOW).count() == 0


def check_persons() -> None:
    """Every national ID has a right check digit and belongs to nobody."""
    sealed = [persons.unseal(person) for person in Person.objects.exclude(national_id_index=None)]
    assert sealed
    assert {number[:3] for number in sealed} == {"898"}
    assert all(pin.is_valid(number) for number in sealed)


def check_outbox() -> None:
    """The last weeks were lived: milestones were told, and what was due was sent."""
    assert Milestone.objects.exists()
    assert not Notice.objects.filter(
        state="pending", not_before__lt=NOW - timedelta(hours=1)
    ).exists()


def test_past_is_the_same_every_time():
    house_of_cards()
    first, second = plan(), plan()

    assert len(first) > 50
    assert first == second


def house_of_cards() -> None:
    """The agency without cases."""
    seeds.seed(NOW)
    seeding.seed(NOW)
    house.build(chance=Random(1), today=NOW.date())  # noqa: S311 - no secret


def plan() -> list[past.Past]:
    """What would be written about half a year, by the same chance."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    cast = past.cast_of(units, [PersonFactory.build()], chance=Random(5))  # noqa: S311 - no secret
    first, last = date(2026, 1, 5), date(2026, 6, 30)
    cases = past.past_cases(cast, first=first, last=last, a_day=0.5, at=NOW)
    return [replace(case, person=None) for case in cases]


@pytest.mark.django_db(transaction=True)
def test_clear_leaves_nothing_behind():
    received()

    loading.clear()

    assert loading.is_empty()
    assert (AuditEntry.objects.count(), Unit.objects.count()) == (0, 0)


def test_log_ins_are_printed_one_a_line():
    out = StringIO()

    call_command("demo", "--logins", stdout=out)

    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["officer", "officer", "demo-officer-2570"],
        ["supervisor", "supervisor", "demo-supervisor-2570"],
        ["executive", "executive", "demo-executive-2570"],
        ["auditor", "auditor", "demo-auditor-2570"],
        ["admin", "admin", "demo-admin-2570"],
    ]


def test_demo_leaves_an_installation_with_data_alone():
    case = received()

    call_command("demo", "--if-empty", stderr=StringIO())

    assert list(Complaint.objects.all()) == [case]


@pytest.mark.parametrize("is_demo", [False, True])
def test_demo_refuses_to_delete_real_work(settings, is_demo):
    settings.PORTAL_DEMO = is_demo
    case = received()

    with pytest.raises(CommandError):
        call_command("demo", stderr=StringIO())

    assert list(Complaint.objects.all()) == [case]


def test_texts_leave_no_gap_open():
    chance = Random(1)  # noqa: S311 - no secret

    for topic in TOPICS:
        for theme in range(len(topic.subjects)):
            gaps = {
                "chance": chance,
                "on": date(2026, 11, 20),
                "office": "สำนักงาน",
                "service": "ใบอนุญาต",
            }
            texts = [
                words.filled(topic.subjects[theme], **gaps),
                words.body_of(topic, theme=theme, **gaps),
            ]
            texts += [words.filled(answer, **gaps) for answer in topic.answers]
            assert not [text for text in texts if "{" in text or "}" in text or not text.strip()]


def test_made_up_ids_are_valid_and_given_to_nobody():
    number = people.national_id(Random(7))  # noqa: S311 - no secret

    assert (pin.is_valid(number), number[:3]) == (True, "898")
