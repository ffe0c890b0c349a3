"""The home page of each role: what must be done now comes first, at a fixed price."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from agency import audit
from agency.models import AuditEntry, Job, Role
from complaints import lifecycle
from complaints.models import Cause, Escalation
from complaints.selectors.work import Figure, Headline
from pmqa.home import boards
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, answered, in_progress, ready, received

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def at_home(client):
    """Returns the home page of a person."""

    def look(staff, query=""):
        client.force_login(staff)
        return client.get(f"/home/{query}")

    return look


def piles_of(response):
    return {
        str(pile.title): [task.case.number for task in pile.tasks]
        for pile in response.context["piles"]
    }


def tiles_of(response):
    return {str(tile.label): tile.value for tile in response.context["tiles"]}


def test_officer_sees_what_to_do_in_order_of_need(at_home, unit):
    officer = StaffFactory.create(unit=unit, language="en")
    accepted = in_progress(officer=officer)
    done = answered(officer=officer)
    free = received(unit=unit)
    given = lifecycle.assign(
        received(unit=unit), to=officer, by=SupervisorFactory.create(unit=unit), at=NOW
    )
    received(unit=UnitFactory.create())

    response = at_home(officer)

    assert piles_of(response) == {
        "To be accepted": [given.number],
        "Next due": [accepted.number],
        "Answered, to be closed": [done.number],
        "Nobody has these yet": [free.number],
    }
    assert tiles_of(response) == {
        "My open cases": "3",
        "Overdue": "0",
        "Due within 2 days": "0",
        "Waiting for the complainant": "0",
    }


def test_officer_without_work_is_told_what_to_do(at_home):
    response = at_home(StaffFactory.create(language="en"))

    assert [pile.tasks for pile in response.context["piles"]] == [[]]
    assert "Nothing of yours is due." in response.content.decode()


def test_a_reply_comes_before_everything(at_home, unit):
    officer = StaffFactory.create(unit=unit, language="en")
    case = in_progress(officer=officer)
    lifecycle.ask(case, body="ขอสำเนา", by=officer, at=NOW)
    lifecycle.reply(case, body="ส่งแล้ว", at=NOW)

    assert next(iter(piles_of(at_home(officer)).items())) == (
        "The complainant has replied",
        [case.number],
    )


@pytest.mark.parametrize("item_count", [1, 3])
def test_officers_home_costs_the_same_for_one_and_three_cases(
    client, at_home, unit, item_count, django_assert_num_queries
):
    officer = StaffFactory.create(unit=unit)
    for _number in range(item_count):
        in_progress(officer=officer)
        answered(officer=officer)
        received(unit=unit)
    at_home(officer)  # the agency's name and the calendar are remembered

    with django_assert_num_queries(11):
        client.get("/home/")


@pytest.fixture
def overdue(unit):
    """A case that escalated."""
    case = in_progress(unit=unit)
    escalation = Escalation.objects.create(
        complaint=case, why=Escalation.Why.OVERDUE, raised_at=NOW
    )
    return case, escalation


def test_supervisor_sees_escalations_load_and_age(at_home, unit, overdue):
    case, escalation = overdue
    supervisor = SupervisorFactory.create(unit=unit, language="en")

    response = at_home(supervisor)

    assert response.context["escalations"] == [escalation]
    assert [(load.officer, load.open_count) for load in response.context["loads"]] == [
        (case.officer, 1)
    ]
    assert response.context["bands"] == [
        *("up to 7 days", "8–14 days", "15–21 days", "22–30 days", "31–60 days", "over 60 days")
    ]
    assert [(row["unit"], row["total"]) for row in response.context["ages"]] == [(unit, 1)]


def test_supervisors_home_costs_a_fixed_number_of_queries(
    client, at_home, unit, overdue, django_assert_num_queries
):
    supervisor = SupervisorFactory.create(unit=unit)
    in_progress(unit=unit)
    at_home(supervisor)

    with django_assert_num_queries(12):
        client.get("/home/")


def test_corrective_actions_stand_on_the_home_pages(at_home, unit):
    ready()
    cause = Cause.objects.create(code="slow", name_th="ช้า")
    officer = StaffFactory.create(unit=unit, language="en")
    supervisor = SupervisorFactory.create(unit=unit, language="en")
    told = {"unit": unit, "cause": cause, "owner": officer, "by": supervisor}
    late, soon, done = (
        lifecycle.plan_action(
            **told, what=what, due_on=(NOW + timedelta(days=day)).date(), at=NOW - timedelta(days=9)
        )
        for what, day in (("สาย", -2), ("ใกล้", 3), ("เสร็จ", 9))
    )
    lifecycle.finish_action(done, result="x", by=officer, at=NOW)

    def piles(staff):
        return [
            (str(pile.title), [(each.action, each.is_late, each.is_soon) for each in pile.actions])
            for pile in at_home(staff).context["actions"]
        ]

    owed = [(late, True, False), (soon, False, True)]
    assert piles(officer) == [("My corrective actions", owed)]
    assert piles(supervisor) == [
        ("Corrective actions of others, not done yet", owed),
        ("Corrective actions to be verified", [(done, False, False)]),
    ]
    assert piles(SupervisorFactory.create(language="en")) == []


def test_executive_sees_six_figures_and_what_asks_for_attention(at_home, unit, overdue):
    executive = StaffFactory.create(unit=unit, roles=[Role.EXECUTIVE], language="en")
    overdue[1].__class__.objects.update(level=Role.EXECUTIVE)

    response = at_home(executive)

    assert tiles_of(response) == {
        "Received this month": "1",
        "Open now": "1",
        "Overdue now": "0",
        "Answered in time this month": "–",
        "Mean days to the answer": "–",
        "Escalations waiting": "1",
    }
    assert [alert.words for alert in response.context["alerts"]] == [
        "1 escalations wait for a decision."
    ]
    assert response.context["chart"].n == 1


def test_executives_home_costs_a_fixed_number_of_queries(
    client, at_home, unit, overdue, django_assert_num_queries
):
    executive = StaffFactory.create(unit=unit, roles=[Role.EXECUTIVE])
    at_home(executive)

    with django_assert_num_queries(10):
        client.get("/home/")


def test_auditor_sees_who_looked_at_personal_data(at_home, unit):
    officer = StaffFactory.create(unit=unit)
    case = in_progress(officer=officer)
    other = in_progress()
    for read in (case, other):
        audit.record(read, "revealed", by=read.officer, at=NOW, reason="ติดต่อกลับ")
    auditor = StaffFactory.create(unit=unit, roles=[Role.AUDITOR], language="en")

    response = at_home(auditor)

    assert [(read["case"], read["verb"]) for read in response.context["reads"]] == [
        (case, "Saw the identity")
    ]
    assert AuditEntry.objects.filter(verb="revealed").count() == 2


def test_admin_sees_what_did_not_run_and_failed_jobs(at_home, unit):
    admin = StaffFactory.create(unit=unit, roles=[Role.ADMIN], language="en")
    failed = Job.objects.create(
        kind="t", title="นำเข้า", by=admin, state=Job.State.FAILED, created_at=NOW
    )
    Job.objects.create(kind="t", title="เสร็จ", by=admin, state=Job.State.DONE, created_at=NOW)

    response = at_home(admin)

    assert response.context["jobs"] == [failed]
    assert response.context["missed"] == []


def test_several_roles_stand_in_tabs_and_the_first_is_open(at_home, unit):
    both = StaffFactory.create(unit=unit, roles=[Role.OFFICER, Role.SUPERVISOR])

    assert [tab["role"] for tab in at_home(both).context["tabs"]] == ["supervisor", "officer"]
    assert at_home(both).context["role"] == "supervisor"
    assert at_home(both, "?as=officer").context["role"] == "officer"


def test_a_role_one_does_not_have_is_not_shown(at_home, unit):
    response = at_home(StaffFactory.create(unit=unit), "?as=admin")

    assert (response.context["role"], response.context["tabs"]) == ("officer", [])


def test_somebody_without_a_role_is_told_whom_to_ask(at_home):
    response = at_home(StaffFactory.create(roles=[], language="en"))

    assert "You have no role yet." in response.content.decode()


def test_a_stranger_is_sent_to_the_login(client):
    response = client.get("/home/")

    assert (response.status_code, response.url) == (302, f"{reverse('agency:login')}?next=/home/")


@pytest.mark.parametrize(
    ("now", "before", "is_higher_better", "moved"),
    [
        (90.0, 80.0, True, ("last month 80%", "up", "on-time")),
        (80.0, 90.0, True, ("last month 90%", "down", "overdue")),
        (4.5, 6.0, False, ("last month 6", "down", "on-time")),
        (5.0, 5.0, True, ("as last month", "flat", "")),
        (None, 5.0, False, ("last month 5", "", "")),
        (5.0, None, False, ("", "", "")),
    ],
)
def test_a_movement_has_sign_and_words_beside_its_colour(now, before, is_higher_better, moved):
    figure = Figure(value=now, before=before, n=1)
    with translation.override("en"):
        said = boards.movement(
            figure, is_higher_better=is_higher_better, unit="%" if is_higher_better else ""
        )

    assert (said["change"], said.get("icon", ""), str(said.get("tone", ""))) == moved


def test_alerts_stand_the_gravest_first():
    figures = Headline(
        received=Figure(value=3, before=2, n=3),
        open_count=9,
        overdue_count=4,
        in_time_percent=Figure(value=70.0, before=90.0, n=10),
        mean_days=Figure(value=5, before=5, n=10),
        escalations_waiting=2,
    )
    with translation.override("en"):
        said = [alert.words for alert in boards.alerts(figures)]

    assert said == [
        "4 open cases are overdue.",
        "2 escalations wait for a decision.",
        "Fewer answers are in time than last month: 70% after 90%.",
    ]
