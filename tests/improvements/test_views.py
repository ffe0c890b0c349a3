"""The board, the list, the page of an improvement and its verbs: who may, what it costs, what is kept."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agency.models import Job
from complaints.models import Cause
from pmqa.improvements.models import Improvement, Milestone
from pmqa.improvements.views.verbs import VERBS
from tests.factories.agency import (
    AdminFactory,
    AuditorFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.improvements import NOW, ImprovementFactory, MilestoneFactory
from tests.factories.surveys import WaveFactory

pytestmark = pytest.mark.django_db
ONE_AND_THREE = pytest.mark.parametrize("item_count", [1, 3])
TYPED = {"title": "เปิดนอกเวลา", "problem": "มาไม่ทัน", "audience": "everyone"}


@pytest.fixture
def officer(client):
    """An officer who is logged in, and reads English."""
    staff = StaffFactory(unit=UnitFactory(), language="en")
    client.force_login(staff)
    return staff


def act(improvement, verb):
    return reverse("improvements:act", args=[improvement.pk, verb])


@ONE_AND_THREE
def test_board_costs_the_same_for_any_number(
    client, officer, item_count, django_assert_num_queries
):
    for _each in range(item_count):
        ImprovementFactory(made_by=officer, stage="test")
    client.get(reverse("improvements:list"))

    with django_assert_num_queries(4):  # session, person, counts, cards
        response = client.get(reverse("improvements:list"))

    lanes = {lane.stage.value: (lane.count, len(lane.cards)) for lane in response.context["lanes"]}
    assert lanes.pop("test") == (item_count, item_count)
    assert set(lanes.values()) == {(0, 0)}


@ONE_AND_THREE
def test_list_costs_the_same_for_any_number(client, officer, item_count, django_assert_num_queries):
    for _each in range(item_count):
        ImprovementFactory(made_by=officer)
    client.get(reverse("improvements:rows"))

    with django_assert_num_queries(4):  # session, person, rows, saved views
        response = client.get(reverse("improvements:rows"))

    assert len(response.context["page"].rows) == item_count


@ONE_AND_THREE
def test_page_costs_the_same_for_any_number(client, officer, item_count, django_assert_num_queries):
    made = ImprovementFactory(made_by=officer)
    MilestoneFactory.create_batch(item_count, improvement=made)
    client.get(made.get_absolute_url())

    with django_assert_num_queries(8):
        response = client.get(made.get_absolute_url())

    assert len(response.context["milestones"]) == item_count


def test_an_improvement_is_started_planned_and_used(client, officer):
    client.post(reverse("improvements:new"), {**TYPED, "owner": officer.pk})
    made = Improvement.objects.get()
    assert (made.unit, made.owner, made.source) == (officer.unit, officer, "own")

    day = timezone.localdate() + timedelta(days=30)
    typed = f"{day.day}/{day.month}/{day.year}"
    client.post(act(made, "due"), {"due_on": typed})
    client.post(act(made, "milestone"), {"what": "เวร", "owner": officer.pk, "due_on": typed})
    client.post(act(made, "move"), {"stage": "define"})
    client.post(act(made, "use"))
    step = Milestone.objects.get()
    client.post(reverse("improvements:milestone", args=[made.pk, step.pk, "reach"]))

    made.refresh_from_db()
    step.refresh_from_db()
    assert (made.due_on, made.stage, made.is_live) == (day, "define", True)
    assert step.reached_by == officer
    client.post(
        reverse("improvements:edit", args=[made.pk]),
        {**TYPED, "title": "ใหม่", "expected_version": made.version},
    )
    made.refresh_from_db()
    assert made.title == "ใหม่"


def test_bad_input_and_refusals_keep_what_was_typed(client, officer):
    made = ImprovementFactory(made_by=officer)

    page = client.post(reverse("improvements:new"), {**TYPED, "audience": "group"})
    refused = client.post(act(made, "due"), {"due_on": "1/1/2020"})
    outdated = client.post(
        act(made, "move"), {"stage": "test", "note": "จดไว้", "expected_version": 9}
    )

    assert "Choose the segment" in page.content.decode()
    assert "เปิดนอกเวลา" in page.content.decode()
    assert "must lie ahead" in refused.content.decode()
    assert "1/1/2020" in refused.content.decode()
    assert "Somebody changed" in outdated.content.decode()
    assert "จดไว้" in outdated.content.decode()
    assert client.get(act(made, "nothing")).status_code == 404


def test_one_is_started_from_a_cause_and_from_a_survey(client, officer):
    cause = Cause.objects.create(code="queue", name_th="คิวยาว")
    wave = WaveFactory(version__survey__unit=officer.unit)

    client.post(reverse("improvements:new_of_cause", args=[cause.pk]), TYPED)
    client.post(reverse("improvements:new_of_wave", args=[wave.pk]), TYPED)

    assert list(Improvement.objects.order_by("pk").values_list("source", "source_ref")) == [
        ("cause", cause.pk),
        ("survey", wave.pk),
    ]
    foreign = WaveFactory()
    for name, pk in [("new_of_wave", foreign.pk), ("new_of_cause", 0)]:
        assert client.get(reverse(f"improvements:{name}", args=[pk])).status_code == 404


def test_measuring_is_work_in_the_background(client, officer):
    made = ImprovementFactory(made_by=officer, live_at=NOW)

    client.post(act(made, "measure"), {"measure": "3.4-05:mean", "changed_on": "9/2/2026"})

    job = Job.objects.get()
    assert (job.task, job.arguments["changed_on"]) == ("pmqa.measure_improvement", "2026-02-01")


def test_another_unit_is_not_found_and_a_missing_right_is_refused(client, officer):
    foreign, own = ImprovementFactory(), ImprovementFactory(made_by=officer)
    step = MilestoneFactory(improvement=foreign)

    for address in [
        foreign.get_absolute_url(),
        reverse("improvements:edit", args=[foreign.pk]),
        *(act(foreign, verb) for verb in VERBS),
    ]:
        assert client.get(address).status_code == 404
    taken = reverse("improvements:milestone", args=[foreign.pk, step.pk, "reach"])
    assert client.post(taken).status_code == 404
    for verb in ("finish", "drop", "publish"):
        assert client.get(act(own, verb)).status_code == 403
    assert client.get(taken).status_code == 405


@pytest.mark.parametrize(
    ("make", "rights"),
    [
        (StaffFactory, "read start work"),
        (SupervisorFactory, "read start work lead"),
        (ExecutiveFactory, "read lead"),
        (AuditorFactory, "read"),
        (AdminFactory, ""),
    ],
)
def test_rights_by_role(client, make, rights):
    unit = UnitFactory()
    made = ImprovementFactory(made_by=StaffFactory(unit=unit))
    client.force_login(make(unit=unit))

    doors = [
        ("read", reverse("improvements:list")),
        ("read", made.get_absolute_url()),
        ("start", reverse("improvements:new")),
        ("work", act(made, "move")),
        ("lead", act(made, "finish")),
    ]
    opened = [right for right, address in doors if client.get(address).status_code == 200]
    assert opened == [right for right, _address in doors if right in rights.split()]


def test_who_is_responsible_works_on_it_in_another_unit(client, officer):
    made = ImprovementFactory(owner=officer)

    assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get(act(made, "move")).status_code == 200


def test_the_gallery_shows_what_is_published_to_everybody(client):
    shown = ImprovementFactory(
        live_at=NOW,
        summary_th="เปิดถึงสองทุ่มทุกวันพุธ",
        published_at=NOW,
        published_by=StaffFactory(),
    )
    hidden = ImprovementFactory()

    page = client.get(reverse("improvements:gallery")).content.decode()
    one = client.get(reverse("improvements:innovation", args=[shown.pk])).content.decode()

    assert shown.title in page
    assert hidden.title not in page
    assert "เปิดถึงสองทุ่มทุกวันพุธ" in one
    assert shown.problem not in one
    assert client.get(reverse("improvements:innovation", args=[hidden.pk])).status_code == 404


@ONE_AND_THREE
def test_gallery_costs_the_same_for_any_number(client, item_count, django_assert_num_queries):
    for _each in range(item_count):
        ImprovementFactory(
            live_at=NOW, summary_th="ก", published_at=NOW, published_by=StaffFactory()
        )
    client.get(reverse("improvements:gallery"))

    with django_assert_num_queries(1):
        response = client.get(reverse("improvements:gallery"))

    assert len(response.context["page"].rows) == item_count


def test_late_ones_are_marked_on_board_list_and_page(client, officer):
    made = ImprovementFactory(made_by=officer, due_on=date(2026, 1, 5))

    for address in [
        reverse("improvements:list"),
        reverse("improvements:rows"),
        made.get_absolute_url(),
    ]:
        assert "Late" in client.get(address).content.decode()
