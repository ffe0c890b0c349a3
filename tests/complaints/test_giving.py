"""Who gets the next case: in turn or by least work, whom it leaves out, and what is given by itself."""

from datetime import timedelta

import pytest

from agency import audit
from agency.models import Notice, Role
from complaints import lifecycle
from complaints.models import Complaint, Duty, Kind, Rota
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, CategoryFactory, ReaderFactory, answered, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officers(unit):
    return StaffFactory.create_batch(3, unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit, language="en")


@pytest.fixture
def rota(unit, supervisor):
    def make(mode=Rota.Mode.ROUND, *, is_automatic=False):
        return lifecycle.set_rota(unit, mode=mode, is_automatic=is_automatic, by=supervisor, at=NOW)

    return make


def give(case, by):
    return lifecycle.give(case, by=by, at=NOW).officer


def test_in_turn_everybody_is_next_once(rota, unit, officers, supervisor):
    rota()

    given = [give(received(unit=unit), supervisor) for _case in range(4)]

    assert given == [*officers, officers[0]]


def test_least_open_work_counts_late_cases_for_more(rota, unit, officers, supervisor, english):
    rota(Rota.Mode.LEAST)
    one, two, three = officers
    late = lifecycle.assign(received(unit=unit), to=one, by=supervisor, at=NOW)
    Complaint.objects.filter(pk=late.pk).update(due_at=NOW - timedelta(days=1))
    for officer in (two, three, three):
        lifecycle.assign(received(unit=unit), to=officer, by=supervisor, at=NOW)

    case = received(unit=unit)
    given = give(case, supervisor)

    assert given == two
    entry = audit.entries_of(case).filter(verb="assigned").get()
    assert (entry.reason, entry.by, entry.data["to"]) == (
        "least open work: 2 points",
        supervisor,
        two.pk,
    )
    assert Notice.objects.filter(kind="complaints.assigned", recipient=two).count() == 2


def test_people_on_leave_unavailable_gone_or_without_the_role_are_left_out(
    rota, unit, officers, supervisor
):
    rota()
    away, busy, here = officers
    away.leave_from = away.leave_until = NOW.date()
    away.save(update_fields=["leave_from", "leave_until"])
    lifecycle.set_duty(busy, is_available=False, by=supervisor, at=NOW)
    StaffFactory.create(unit=unit, is_active=False)
    StaffFactory.create(unit=unit, roles=[Role.AUDITOR])

    assert [give(received(unit=unit), supervisor) for _case in range(2)] == [here, here]


def test_a_topic_goes_to_who_takes_it(rota, unit, officers, supervisor, english):
    rota()
    topic = CategoryFactory.create()
    part = CategoryFactory.create(parent=topic)
    other = CategoryFactory.create()
    for officer in officers:
        lifecycle.set_duty(officer, categories=[other], by=supervisor, at=NOW)
    lifecycle.set_duty(officers[1], categories=[topic], by=supervisor, at=NOW)

    assert give(received(unit=unit, category=part), supervisor) == officers[1]
    lifecycle.set_duty(officers[1], categories=[other], by=supervisor, at=NOW)
    with pytest.raises(lifecycle.Refused, match="is free for this case now"):
        give(received(unit=unit, category=part), supervisor)


def test_a_restricted_case_goes_to_named_persons_only(rota, unit, officers, supervisor):
    rota()
    case = received(unit=unit, kind=Kind.CORRUPTION)
    ReaderFactory.create(complaint=case, staff=officers[2])

    assert give(case, supervisor) == officers[2]


def test_stage2_goes_to_somebody_else(rota, unit, officers, supervisor):
    rota()
    case = answered(officer=officers[0])
    case = lifecycle.escalate_to_stage2(case, reason="ไม่พอใจ", by=supervisor, at=NOW)

    assert give(case, supervisor) == officers[1]


def test_a_unit_without_an_order_gives_by_hand(rota, unit, officers, supervisor, english):
    case = received(unit=unit)

    with pytest.raises(lifecycle.Refused, match="by hand"):
        give(case, supervisor)
    rota(Rota.Mode.OFF)
    with pytest.raises(lifecycle.Refused, match="by hand"):
        give(case, supervisor)


def test_a_case_that_somebody_has_is_refused(rota, unit, officers, supervisor, english):
    rota()
    case = received(unit=unit)
    give(case, supervisor)

    with pytest.raises(lifecycle.Refused, match="has this complaint already"):
        give(case, supervisor)


def test_by_themselves_go_ordinary_cases_of_units_that_wish_it(rota, unit, officers):
    rota(is_automatic=True)
    plain, secret = received(unit=unit), received(unit=unit, kind=Kind.CORRUPTION)
    hidden, elsewhere = received(unit=unit, is_anonymous=True), received()

    first = lifecycle.give_waiting(at=NOW)
    again = lifecycle.give_waiting(at=NOW)
    next_day = lifecycle.give_waiting(at=NOW + timedelta(days=1))

    assert (first, again, next_day) == (1, 0, 1)
    given = dict(Complaint.objects.values_list("pk", "officer"))
    assert [given[case.pk] for case in (plain, hidden, secret, elsewhere)] == [
        *(officers[0].pk, officers[1].pk, None, None)
    ]
    assert audit.entries_of(plain).get(verb="assigned").by is None


def test_nobody_at_work_means_nothing_is_given(rota, unit):
    rota(is_automatic=True)
    received(unit=unit)

    assert lifecycle.give_waiting(at=NOW) == 0


def test_the_button_stands_where_the_unit_has_an_order(client, rota, unit, officers, supervisor):
    case = received(unit=unit)
    client.force_login(supervisor)

    without = client.get(f"/complaints/{case.pk}/").context["may"]["give"]
    rota()
    page = client.get(f"/complaints/{case.pk}/")
    client.post(f"/complaints/{case.pk}/give/", {"expected_version": case.version})

    case.refresh_from_db()
    assert (without, page.context["may"]["give"], case.officer) == (False, True, officers[0])


def test_supervisors_set_the_order_and_what_people_take(client, unit, officers, supervisor):
    client.force_login(supervisor)
    topic = CategoryFactory.create()

    bad = client.post(f"/complaints/giving/{unit.pk}/", {"mode": "off", "is_automatic": "on"})
    client.post(f"/complaints/giving/{unit.pk}/", {"mode": "least", "is_automatic": "on"})
    client.post(f"/complaints/giving/staff/{officers[0].pk}/", {"categories": [topic.pk]})
    page = client.get(f"/complaints/giving/{unit.pk}/")

    assert bad.context["form"].errors
    assert Rota.objects.values_list("mode", "is_automatic").get() == ("least", True)
    member = page.context["members"][0]
    assert (member.duty.is_available, member.topics) == (False, [topic])
    assert client.get("/complaints/giving/").context["rows"][0].rota.mode == "least"
    assert client.get(f"/complaints/giving/{UnitFactory.create().pk}/").status_code == 404
    assert client.get(f"/complaints/giving/staff/{StaffFactory.create().pk}/").status_code == 404


def test_officers_say_only_of_themselves(client, unit, officers):
    client.force_login(officers[0])

    for url in ("giving/", f"giving/{unit.pk}/", f"giving/staff/{officers[1].pk}/"):
        assert client.get(f"/complaints/{url}").status_code == 403
    client.post("/complaints/duty/", {"told_of": ["answer"]})

    duty = Duty.objects.get()
    assert (duty.staff, duty.is_available, duty.told_of) == (officers[0], False, ["answer"])
