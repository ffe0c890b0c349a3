"""Each form of the case page carries the version that the person saw; an older one leads to the merge page."""

import inspect

import pytest
import time_machine
from django.urls import reverse

from complaints import lifecycle
from complaints.forms.actions import ActionForm
from complaints.lifecycle import Outdated
from complaints.models import Complaint, Escalation, Message
from complaints.views.verbs import REVIEWS, VERBS
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, in_progress, received

pytestmark = pytest.mark.django_db
READING = {"reveal_identity"}  # changes nothing of the case
BOUND = {"decide_extension"}  # needs a request; tried below


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def case(officer):
    return in_progress(officer=officer)


def told(run, **known):
    """Return arguments for a verb: it must notice the version before it reads any of them."""
    if run.__name__ == "<lambda>":
        run = lifecycle.assign
        known.pop("to", None)
    wanted = inspect.signature(run).parameters.values()
    needed = [each for each in wanted if each.kind is each.KEYWORD_ONLY]
    missing = {each.name: "" for each in needed if each.default is each.empty}
    return missing | known


@pytest.mark.parametrize("name", sorted(set(VERBS) - READING - BOUND))
def test_a_verb_refuses_a_version_that_is_past_and_tells_what_changed(name, case, officer):
    verb = VERBS[name]
    master = received(unit=case.unit)
    if name == "unlink":
        case = lifecycle.link(case, master=master, kind="repeat", reason="x", by=officer, at=NOW)
    past, said = case.version, Message.objects.count()
    lifecycle.note(case, body="ผู้ร้องโทรมา", by=officer, at=NOW)
    arguments = told(verb.run, by=officer, at=NOW, expected_version=past)
    arguments |= {"master": master} if name == "link" else {}
    if name == "take":
        arguments.pop("to")

    with pytest.raises(Outdated) as refused:
        verb.run(case, **arguments)

    assert [entry.verb for entry in refused.value.changes] == ["noted"]
    assert issubclass(verb.form, ActionForm)
    assert Message.objects.count() == said + 1


@pytest.mark.parametrize("name", sorted(set(REVIEWS) - {"decide"}))
def test_a_decision_on_the_board_refuses_a_version_that_is_past(name, case, officer):
    raised = Escalation.objects.create(
        complaint=case, why="overdue", level="supervisor", raised_at=NOW
    )
    past = case.version
    lifecycle.note(case, body="ผู้ร้องโทรมา", by=officer, at=NOW)
    run = REVIEWS[name].run

    with pytest.raises(Outdated):
        run(raised, **told(run, by=officer, at=NOW, expected_version=past))


def test_more_time_is_not_decided_on_a_case_that_changed(client, case, officer, unit):
    lifecycle.ask_extension(case, days=3, reason="รอผล", by=officer, at=NOW)
    past = Complaint.objects.get().version
    lifecycle.note(case, body="ผู้ร้องโทรมา", by=officer, at=NOW)
    client.force_login(SupervisorFactory.create(unit=unit))
    url = reverse("complaints:act", args=[case.pk, "decide_extension"])

    with time_machine.travel(NOW, tick=False):
        page = client.post(
            url, {"expected_version": past, "granted": "no", "remark": "ข้อความที่พิมพ์ไว้"}
        )

    assert [change.what for change in page.context["changes"]]
    assert "ข้อความที่พิมพ์ไว้" in page.content.decode()
    assert int(page.context["form"]["expected_version"].value()) == past + 1


def test_every_form_of_the_page_carries_the_version(client, case, officer, unit):
    client.force_login(SupervisorFactory.create(unit=unit))

    with time_machine.travel(NOW, tick=False):
        may = client.get(case.get_absolute_url()).context["may"]
        for name in [each for each in VERBS if may.get(each)]:
            form = client.get(reverse("complaints:act", args=[case.pk, name])).context["form"]
            assert form["expected_version"].value() == case.version
