"""The list of causes: who keeps it, in what order it is offered, and that nothing of the past is lost."""

import pytest
from django.urls import reverse

from agency.models import AuditEntry, Role
from complaints import lifecycle
from complaints.lifecycle import Outdated, Refused
from complaints.models import Cause
from complaints.selectors.causes import cause_list
from complaints.selectors.choices import causes
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def head():
    return SupervisorFactory.create(unit=UnitFactory.create(), language="en")


@pytest.fixture
def add(head):
    def made(name, parent=None, **facts):
        told = {"name_th": name, "name_en": name, "parent": parent, "by": head, "at": NOW}
        return lifecycle.add_cause(**told | facts)

    return made


def names():
    return [cause.name_th for cause in causes()]


def verbs(cause):
    entries = AuditEntry.objects.filter(object_id=cause.pk, content_type__model="cause")
    return list(entries.order_by("pk").values_list("verb", flat=True))


def test_causes_are_added_in_two_levels_and_offered_in_their_order(add, head):
    one, two = add("หนึ่ง"), add("สอง", code="Two")
    part, other = add("ย่อย ก", parent=one), add("ย่อย ข", parent=one)
    told = {"by": head, "at": NOW}

    assert names() == ["หนึ่ง", "ย่อย ก", "ย่อย ข", "สอง"]
    assert [each.code for each in (one, two, part, other)] == [
        *("cause-1", "two", "cause-1-1", "cause-1-2")
    ]
    lifecycle.move_cause(one, is_up=False, **told)
    lifecycle.move_cause(other, is_up=True, **told)
    assert names() == ["สอง", "หนึ่ง", "ย่อย ข", "ย่อย ก"]
    for cause, is_up in ((two, True), (part, False)):
        with pytest.raises(Refused, match="end of its list"):
            lifecycle.move_cause(cause, is_up=is_up, **told)
    assert verbs(one) == ["added", "cause_moved"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name_th": " "}, "Thai name"),
        ({"name_th": "ช้า"}, "of this name already"),
        ({"code": "slow"}, "taken"),
        ({"code": "ช้า มาก"}, "small letters"),
        ({"parent": "part"}, "two levels"),
        ({"parent": "old"}, "retired"),
    ],
)
def test_what_could_not_be_told_apart_or_counted_is_not_added(add, head, facts, words):
    upper = add("ช้า", code="slow")
    known = {"part": add("รอลงนาม", parent=upper), "old": add("เก่า")}
    lifecycle.retire_cause(known["old"], by=head, at=NOW)
    told = {"name_th": "อื่น"} | facts
    if "parent" in told:
        told["parent"] = known[told["parent"]]

    with pytest.raises(Refused, match=words):
        lifecycle.add_cause(**told, by=head, at=NOW)

    assert Cause.objects.count() == 3


def test_a_cause_is_renamed_and_the_second_of_two_people_is_told(add, head):
    cause = add("ช้า")
    told = {"by": head, "at": NOW, "expected_version": 1}
    lifecycle.rename_cause(cause, name_th="ล่าช้า", **told)

    with pytest.raises(Outdated) as refusal:
        lifecycle.rename_cause(cause, name_th="ช้ามาก", **told)
    with pytest.raises(Refused, match="as before"):
        lifecycle.rename_cause(cause, name_th="ล่าช้า", by=head, at=NOW)

    assert names() == ["ล่าช้า"]
    (change,) = refusal.value.changes
    assert change.data == {"version": 2, "old": ["ช้า", "ช้า"], "new": ["ล่าช้า", ""]}


def test_a_retired_cause_goes_with_its_parts_and_comes_back_above_first(add, head):
    cause = add("ช้า")
    part = add("รอลงนาม", parent=cause)
    told = {"by": head, "at": NOW}
    lifecycle.retire_cause(cause, **told)

    assert names() == []
    assert {each.pk for each in cause_list().retired} == {cause.pk, part.pk}
    for verb, each, words in (
        (lifecycle.retire_cause, part, "retired already"),
        (lifecycle.restore_cause, part, "back into use first"),
    ):
        with pytest.raises(Refused, match=words):
            verb(each, **told)
    with pytest.raises(Refused, match="in use has a place"):
        lifecycle.move_cause(part, is_up=True, **told)
    lifecycle.restore_cause(cause, **told)
    lifecycle.restore_cause(part, **told)
    with pytest.raises(Refused, match="in use already"):
        lifecycle.restore_cause(part, **told)
    assert names() == ["ช้า", "รอลงนาม"]
    assert verbs(part) == ["added", "cause_retired", "cause_restored"]


def test_the_list_is_kept_in_the_browser(client, head, add):
    cause, other = add("ช้า"), add("หลง")
    client.force_login(head)
    client.post(reverse("complaints:cause_new"), {"name_th": "รอลงนาม", "parent": cause.pk})
    refused = client.post(reverse("complaints:cause_new"), {"name_th": "ช้า"}).content.decode()
    url = reverse("complaints:cause", args=[cause.pk])
    client.post(url, {"name_th": "ล่าช้า", "expected_version": 1})
    late = client.post(url, {"name_th": "ช้ามาก", "expected_version": 1}).content.decode()
    for step, row in (("up", other), ("retire", other)):
        client.post(reverse("complaints:cause_step", args=[row.pk, step]))
    stale = client.post(
        reverse("complaints:cause_step", args=[other.pk, "restore"]), {"version": 1}, follow=True
    )
    page = client.get(reverse("complaints:causes")).content.decode()

    assert names() == ["ล่าช้า", "รอลงนาม"]
    assert "of this name already" in refused
    assert "What changed while you were writing" in late
    assert 'value="ช้ามาก"' in late
    assert "while you were writing" in stale.content.decode()
    assert all(words in page for words in ("รอลงนาม", "retired the cause", "before: ช้า"))
    assert client.post(reverse("complaints:cause_step", args=[other.pk, "no"])).status_code == 404


@pytest.mark.parametrize("parts", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    client, head, add, parts, django_assert_num_queries
):
    cause = add("ช้า")
    for number in range(parts):
        add(f"ย่อย {number}", parent=cause)
    client.force_login(head)
    client.get(reverse("complaints:causes"))

    with django_assert_num_queries(5):
        page = client.get(reverse("complaints:causes")).content.decode()

    assert page.count('class="cause-line"') == parts + 1


def test_officers_look_and_only_the_head_changes(client, add):
    cause = add("ช้า")
    unit = UnitFactory.create(parent=UnitFactory.create())
    for staff in (StaffFactory.create(unit=unit), SupervisorFactory.create(unit=unit)):
        client.force_login(staff)
        page = client.get(reverse("complaints:causes"))

        assert (page.status_code, "cause-buttons" in page.content.decode()) == (200, False)
        assert client.get(reverse("complaints:cause_new")).status_code == 403
        assert client.get(reverse("complaints:cause", args=[cause.pk])).status_code == 403
        step = reverse("complaints:cause_step", args=[cause.pk, "retire"])
        assert (client.post(step).status_code, client.get(step).status_code) == (403, 405)
    client.force_login(StaffFactory.create(unit=unit, roles=[Role.ADMIN]))
    assert "cause-buttons" in client.get(reverse("complaints:causes")).content.decode()
    client.force_login(StaffFactory.create(unit=unit, roles=[]))
    assert client.get(reverse("complaints:causes")).status_code == 403
