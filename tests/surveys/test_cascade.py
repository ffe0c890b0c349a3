"""Results go to every unit, which sees its own figures, acknowledges, plans, and is reminded once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from agency.models import AuditEntry, Notice
from agency.refusal import Refused
from surveys import lifecycle, permissions
from surveys.lifecycle import snapshots
from surveys.lifecycle.cascade import remind_units
from surveys.models import Acknowledgement, Wave
from surveys.selectors import cascade as selectors
from tests.factories.agency import StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.surveys import (
    NOW,
    OPENS,
    ResponseFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
CLOSED = {"state": "closed", "closed_at": NOW, "is_probability": True, "smallest_cell": 5}


@pytest.fixture
def agency():
    """A division with two offices, each with a head; the survey is the division's."""
    ThaiCalendarFactory()
    top = UnitFactory.create()
    units = [top, UnitFactory.create(parent=top), UnitFactory.create(parent=top)]
    heads = [StaffFactory.create(unit=unit, roles=["supervisor"]) for unit in units]
    survey = SurveyFactory.create(unit=top, owner=heads[0])
    return units, heads, VersionFactory.create(survey=survey)


def wave_of(version, answers, **more):
    """Return a closed wave with its snapshot; `answers` are unit and scores."""
    wave = WaveFactory.create(version=version, **{**CLOSED, **more})
    for unit, scores in answers:
        for score in scores:
            told = {"channel": "counter", "overall": score}
            ResponseFactory.create(wave=wave, unit=unit, answers=told)
    snapshots.build(wave, at=NOW)
    return wave


def sent(wave, by):
    lifecycle.send_results(wave, by=by, at=NOW)
    return {row.unit_id: row for row in Acknowledgement.objects.select_related("unit")}


def headline(row):
    return selectors.figures_of(row)["rows"][0]


def test_unit_sees_its_figures_beside_all_and_the_wave_before(agency):
    units, heads, version = agency
    before = wave_of(version, [(units[1], [2, 3, 2, 3, 2, 3]), (units[2], [3] * 5 + [2])])
    wave = wave_of(
        version,
        [(units[1], [5, 5, 4, 5, 5, 4, 5]), (units[2], [2, 1, 2, 3, 2, 1])],
        previous=before,
    )
    rows = sent(wave, heads[0])

    first, second, top = (headline(rows[units[at].pk]) for at in (1, 2, 0))

    assert (first["own"]["value"], first["own"]["n"], first["whole"]["n"]) == ("4.71", 7, 13)
    assert (first["against"], second["against"]) == ("higher", "lower")
    assert (first["before"]["value"], first["change"]) == ("2.50", "higher")
    assert (top["own"]["value"], top["own"]["n"], top["against"]) == (
        top["whole"]["value"],
        13,
        "untested",
    )


def test_few_answers_and_what_would_give_them_away_stay_hidden(agency):
    units, heads, version = agency
    wave = wave_of(version, [(units[1], [5] * 9), (units[2], [1] * 4)])
    rows = sent(wave, heads[0])

    few, other = headline(rows[units[2].pk]), headline(rows[units[1].pk])

    assert (few["own"]["n"], few["satisfied"]["n"]) == (None, None)
    assert other["own"]["n"] is None  # the whole less this one would be the few
    assert headline(rows[units[0].pk])["own"]["n"] == 13


def test_results_are_sent_once_when_the_wave_is_closed_and_computed(agency, english):
    units, heads, version = agency
    wave = wave_of(version, [(units[1], [4] * 6)])
    Wave.objects.filter(pk=wave.pk).update(state="open", closed_at=None)
    with pytest.raises(Refused, match="when the wave is closed"):
        lifecycle.send_results(wave, by=heads[0], at=NOW)
    Wave.objects.filter(pk=wave.pk).update(state="closed", closed_at=NOW)

    count = lifecycle.send_results(wave, by=heads[0], at=NOW)

    told = {(each.kind, each.recipient) for each in Notice.objects.all()}
    assert count == 3
    assert told == {("surveys.results_sent", head) for head in heads}
    assert AuditEntry.objects.get(verb="results_sent").data == {"count": 3}
    with pytest.raises(Refused, match="has these results already"):
        lifecycle.send_results(wave, by=heads[0], at=NOW)
    empty = WaveFactory.create(version=version, **CLOSED)
    with pytest.raises(Refused, match="not computed yet"):
        lifecycle.send_results(empty, by=heads[0], at=NOW)


def test_unit_acknowledges_plans_and_finishes(agency, english):
    units, heads, version = agency
    row = sent(wave_of(version, [(units[1], [4] * 6)]), heads[0])[units[1].pk]
    helper = StaffFactory.create(unit=units[1])
    plan = {"plan": "เพิ่มช่องบริการ", "owner": helper, "due_on": date(2026, 12, 1)}

    with pytest.raises(Refused, match="no plan yet"):
        lifecycle.finish_plan(row, outcome="x", by=heads[1], at=NOW)
    for wrong in ({"plan": " "}, {"due_on": NOW.date()}, {"owner": heads[2]}):
        with pytest.raises(Refused):
            lifecycle.write_plan(row, **{**plan, **wrong}, by=heads[1], at=NOW)
    row = lifecycle.write_plan(row, **plan, by=heads[1], at=NOW)  # acknowledges, too
    with pytest.raises(Refused, match="already"):
        lifecycle.acknowledge(row, by=heads[1], at=NOW)
    row = lifecycle.finish_plan(row, outcome="เปิดช่องที่ 3 แล้ว", by=helper, at=NOW)

    assert (row.acknowledged_by, row.plan_owner, row.done_by) == (heads[1], helper, helper)
    verbs = list(
        AuditEntry.objects.filter(object_id=row.pk, verb__in=lifecycle_verbs()).values_list(
            "verb", flat=True
        )
    )
    assert sorted(verbs) == ["plan_done", "plan_written", "results_acknowledged"]
    kinds = set(Notice.objects.filter(object_id=row.pk).values_list("kind", "recipient"))
    assert {
        ("surveys.results_acknowledged", heads[0].pk),
        ("surveys.results_plan_given", helper.pk),
    } <= kinds
    with pytest.raises(Refused, match="stays as it is"):
        lifecycle.write_plan(row, **plan, by=heads[1], at=NOW)


def lifecycle_verbs():
    return ["results_acknowledged", "plan_written", "plan_done"]


def test_reminders_come_once_each(agency):
    units, heads, version = agency
    row = sent(wave_of(version, [(units[1], [4] * 6)]), heads[0])[units[1].pk]
    Acknowledgement.objects.exclude(pk=row.pk).delete()
    assert row.acknowledge_by == date(2026, 11, 9)  # five working days after Monday 2 November

    silent = [remind_units(at=NOW + timedelta(days=day)) for day in (7, 8, 9)]
    lifecycle.write_plan(
        row, plan="x", owner=heads[1], due_on=date(2026, 12, 1), by=heads[1], at=NOW
    )
    planned = [remind_units(at=NOW + timedelta(days=day)) for day in (20, 27, 28, 30, 31)]

    assert (silent, planned) == ([0, 1, 0], [0, 1, 0, 1, 0])
    kinds = list(Notice.objects.order_by("pk").values_list("kind", flat=True))
    assert [kind.rpartition("_")[2] for kind in kinds if "plan" in kind] == ["due", "late"]


@time_machine.travel(NOW, tick=False)
def test_pages_send_show_and_keep_the_plan(client, agency):
    units, heads, version = agency
    wave = wave_of(version, [(units[1], [4] * 6), (units[2], [3] * 6)])
    client.force_login(heads[0])
    client.post(reverse("surveys:cascade_send", args=[wave.pk]))
    client.force_login(heads[1])
    row = Acknowledgement.objects.get(unit=units[1])
    page = row.get_absolute_url()

    client.post(f"{page}acknowledge/")
    wrong = client.post(f"{page}plan/", {"plan": "ก", "owner": heads[1].pk, "due_on": "1/11/2569"})
    client.post(f"{page}plan/", {"plan": "ก", "owner": heads[1].pk, "due_on": "1/12/2569"})
    client.post(f"{page}done/", {"outcome": "แล้วเสร็จ"})

    row.refresh_from_db()
    assert wrong.context["plan_form"].errors
    assert (row.plan, row.outcome, row.done_by) == ("ก", "แล้วเสร็จ", heads[1])
    mine = client.get(reverse("surveys:unit_results")).context["page"]
    assert [each.unit for each in mine.rows] == [units[1]]
    client.force_login(heads[0])
    board = client.get(reverse("surveys:cascade", args=[wave.pk]))
    assert board.context["counts"] == {"sent": 3, "acknowledged": 1, "planned": 1, "done": 1}


def test_another_unit_sees_nothing_and_readers_change_nothing(client, agency):
    units, heads, version = agency
    wave = wave_of(version, [(units[1], [4] * 6)])
    row = sent(wave, heads[0])[units[1].pk]
    page, board = row.get_absolute_url(), reverse("surveys:cascade", args=[wave.pk])
    officer = StaffFactory.create(unit=units[1], roles=["officer"])

    found = {}
    for name, staff in (("beside", heads[2]), ("officer", officer)):
        client.force_login(staff)
        found[name] = [
            client.get(page).status_code,
            client.post(f"{page}acknowledge/").status_code,
            client.post(f"{page}plan/").status_code,
            client.get(board).status_code,
            client.post(f"{board}send/").status_code,
        ]

    assert found == {"beside": [404] * 5, "officer": [200, 403, 403, 404, 404]}


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_asks_few_questions(client, agency, item_count, django_assert_num_queries):
    units, heads, version = agency
    for number in range(item_count):
        wave = WaveFactory.create(version=version, **CLOSED, opens_at=OPENS + timedelta(number))
        Acknowledgement.objects.create(wave=wave, unit=units[1], sent_at=NOW, sent_by=heads[0])
    client.force_login(heads[1])
    client.get(reverse("surveys:unit_results"))

    with django_assert_num_queries(4):
        client.get(reverse("surveys:unit_results"))


RIGHTS = {  # role: run, supervise, read results, read answers, publish a factsheet, acknowledge
    "officer": (True, False, True, True, False, False),
    "supervisor": (True, True, True, True, True, True),
    "executive": (False, False, True, True, True, True),
    "auditor": (False, False, True, True, False, False),
    "admin": (False, False, False, False, False, False),
}


@pytest.mark.parametrize("role", RIGHTS)
def test_rights_around_a_wave_by_role_and_unit(agency, role):
    units, _heads, version = agency
    survey = version.survey
    row = Acknowledgement(wave=WaveFactory.build(version=version), unit=units[1])
    own = StaffFactory.create(unit=units[0], roles=[role])
    below = StaffFactory.create(unit=units[1], roles=[role])

    def rights(staff):
        return (
            permissions.can_run(staff, survey),
            permissions.can_supervise(staff, survey),
            permissions.can_read_results(staff, survey),
            permissions.can_read_answers(staff, survey),
            permissions.can_publish_factsheet(staff, survey),
            permissions.can_acknowledge(staff, row),
        )

    reads, acknowledges = RIGHTS[role][2], RIGHTS[role][5]
    assert rights(own) == RIGHTS[role]
    assert rights(below) == (False, False, reads, False, False, acknowledges)
