"""Cases that may be the same matter: found, explained, linked or told apart; never across secrecy."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agency.models import AuditEntry
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.models import Apart, Complaint, Kind
from complaints.selectors.similar import matter_of, rare_stretches, similar
from tests.factories.agency import (
    AuditorFactory,
    ChannelFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, CategoryFactory, ready, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)
LIGHT = {
    "subject": "ไฟถนนดับ",
    "body": "ไฟส่องสว่างหน้าโรงเรียนบ้านหนองแวงดับทั้งแถบมาสองสัปดาห์แล้ว เด็กเดินกลับบ้านอันตราย",
}
AGAIN = {
    "subject": "ติดตามไฟถนน",
    "body": "ไฟส่องสว่างหน้า รร.บ้านหนองแวง ดับทั้งแถบมาสองสัปดาห์แล้วค่ะ เด็กเดินกลับบ้านอันตราย",
}
POND = {
    "subject": "บ่อน้ำไม่มีรั้ว",
    "body": "บ่อน้ำลึกกลางหมู่บ้านไม่มีรั้วกั้น กลัวเด็กเล็กพลัดตกลงไปจมน้ำ ขอให้ทำรั้วตาข่ายโดยรอบ",
}
CITIZEN = PersonData(name="นาง ก", phone="0812345678", national_id="1234567890121")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + DAY, tick=False):
        yield


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def known(unit):
    return received(unit=unit, **LIGHT)


def found(case, *, by) -> list[Complaint]:
    return [each.complaint for each in similar(by, matter_of(case))]


def test_the_same_matter_sent_again_is_found_and_another_is_not(unit, known, supervisor):
    received(unit=unit, **POND)
    case = received(unit=unit, at=NOW + DAY, **AGAIN)

    assert found(case, by=supervisor) == [known]


def test_a_rare_stretch_finds_a_case_of_another_unit_below(unit, known, supervisor):
    case = received(unit=UnitFactory.create(parent=unit), at=NOW + DAY, **AGAIN)

    assert found(case, by=supervisor) == [known]


def test_test_messages_find_nothing(unit, supervisor):
    for _number in range(3):
        case = received(unit=unit, subject="ทดสอบ", body="ทดสอบระบบ")

    assert found(case, by=supervisor) == []


def test_the_same_person_on_the_same_topic_within_90_days_is_a_repeat(unit, supervisor):
    topic = CategoryFactory.create()
    first = received(unit=unit, person=CITIZEN, category=topic, **POND)
    received(unit=unit, person=CITIZEN, category=CategoryFactory.create(), **POND | {"body": "x"})
    case = received(unit=unit, person=CITIZEN, category=topic, at=NOW + 90 * DAY, **LIGHT)
    late = received(unit=unit, person=CITIZEN, category=topic, at=NOW + 200 * DAY, **LIGHT)

    (suggestion,) = similar(supervisor, matter_of(case))
    assert suggestion.complaint == first
    assert suggestion.is_same_person
    assert first not in found(late, by=supervisor)


def test_a_masked_person_is_not_found_by_person(unit, supervisor):
    topic = CategoryFactory.create()
    facts = {"unit": unit, "person": CITIZEN, "category": topic}
    received(**facts, is_identity_masked=True, **POND)
    case = received(**facts, **LIGHT)

    assert found(case, by=supervisor) == []


def test_a_restricted_case_is_not_found_from_an_ordinary_one(unit, supervisor):
    secret = received(unit=unit, kind=Kind.CORRUPTION, **LIGHT)
    again = received(unit=unit, kind=Kind.CORRUPTION, **AGAIN)
    ordinary = received(unit=unit, **AGAIN)

    assert found(ordinary, by=supervisor) == []
    assert found(again, by=supervisor) == [secret]
    assert found(again, by=SupervisorFactory.create(unit=unit)) == []


def test_cases_of_other_units_are_not_found(known):
    other = UnitFactory.create()
    case = received(unit=other, **AGAIN)

    assert found(case, by=StaffFactory.create(unit=other)) == []


def test_linked_cases_and_cases_told_apart_are_not_suggested_again(unit, known, supervisor):
    case = received(unit=unit, **AGAIN)
    lifecycle.keep_apart(case, other=known, by=supervisor, at=NOW)
    lifecycle.keep_apart(known, other=case, by=supervisor, at=NOW)

    assert found(case, by=supervisor) == found(known, by=supervisor) == []
    assert Apart.objects.count() == 1
    assert AuditEntry.objects.filter(verb="told_apart").count() == 2


def test_linked_cases_are_not_told_apart(unit, known, supervisor):
    case = received(unit=unit, **AGAIN)
    lifecycle.link(case, master=known, kind="duplicate", reason="x", by=supervisor, at=NOW)

    assert found(known, by=supervisor) == []
    with pytest.raises(Refused, match="linked"):
        lifecycle.keep_apart(known, other=case, by=supervisor, at=NOW)


def test_rare_stretches_leave_out_what_stands_in_many_texts():
    words = "ขอให้เจ้าหน้าที่บ้านหนองแวง"
    common = {words[at : at + 3]: 0.5 for at in range(14)}

    assert rare_stretches(words, common)[0] in words[14:]
    assert rare_stretches(words, dict.fromkeys(common, 0.5) | {"ทดส": 1.0})
    assert rare_stretches("ทดสอบ", {}) == []


# On the pages


def typed(unit, **facts):
    return {
        "channel": ChannelFactory.create().pk,
        "kind": Kind.SERVICE,
        "unit": unit.pk,
        **AGAIN,
        **facts,
    }


def test_typing_shows_what_resembles_with_the_words_marked(client, unit, known):
    client.force_login(StaffFactory.create(unit=unit))

    page = client.post(reverse("complaints:similar_typed"), AGAIN).content.decode()

    assert known.number in page
    assert "ที่เดียวกัน" in page or "same place:" in page
    assert any("ดับทั้งแถบ" in piece for piece in re.findall("<mark>(.*?)</mark>", page))
    nothing = client.post(reverse("complaints:similar_typed"), {"body": "ไฟดับ"})
    assert nothing.content.strip() == b""


def test_typing_a_phone_number_finds_the_person_and_a_half_number_nobody(client, unit):
    topic = CategoryFactory.create()
    case = received(unit=unit, person=CITIZEN, category=topic, **POND)
    client.force_login(StaffFactory.create(unit=unit))
    url = reverse("complaints:similar_typed")

    for contact in ({"phone": "๐๘๑-234-5678"}, {"national_id": "1234567890121"}):
        page = client.post(url, {"category": topic.pk, **contact}).content.decode()
        assert case.number in page
    for nobody in ({"phone": "08123"}, {"phone": "0812345678", "is_anonymous": "on"}):
        assert (
            case.number not in client.post(url, {"category": topic.pk, **nobody}).content.decode()
        )


def test_typing_a_matter_for_named_persons_compares_nothing(client, unit, known):
    client.force_login(StaffFactory.create(unit=unit))
    url = reverse("complaints:similar_typed")

    for facts in ({"kind": Kind.TIP_OFF}, {"is_confidential": "on"}):
        assert known.number not in client.post(url, AGAIN | facts).content.decode()


def test_only_who_takes_cases_in_may_ask(client, unit):
    client.force_login(AuditorFactory.create(unit=unit))

    assert client.post(reverse("complaints:similar_typed"), AGAIN).status_code == 403
    assert client.get(reverse("complaints:similar_typed")).status_code == 405


def test_without_javascript_the_form_comes_back_once_and_then_takes_in(client, unit, known):
    client.force_login(StaffFactory.create(unit=unit))
    facts = typed(unit)

    shown = client.post(reverse("complaints:new"), facts)
    assert known.number in shown.content.decode()
    assert Complaint.objects.count() == 1
    taken = client.post(reverse("complaints:new"), facts | {"looked": [known.pk]})

    assert taken.status_code == 302
    assert Complaint.objects.count() == 2


def test_one_click_links_the_newer_case_to_the_older(client, unit, known, supervisor):
    case = received(unit=unit, at=NOW + DAY, **AGAIN)
    client.force_login(supervisor)

    page = client.get(reverse("complaints:similar", args=[known.pk])).content.decode()
    client.post(
        reverse("complaints:similar_decide", args=[known.pk, case.pk]), {"decision": "duplicate"}
    )

    case.refresh_from_db()
    assert 'name="decision" value="duplicate"' in page
    assert (case.master, case.link_kind) == (known, "duplicate")


def test_not_the_same_is_remembered(client, unit, known, supervisor):
    case = received(unit=unit, at=NOW + DAY, **AGAIN)
    client.force_login(supervisor)
    url = reverse("complaints:similar_decide", args=[case.pk, known.pk])

    assert client.post(url, {"decision": "apart"}).status_code == 302
    assert client.post(url, {"decision": "other"}).status_code == 404

    page = client.get(reverse("complaints:similar", args=[case.pk])).content.decode()
    assert known.number not in page


def test_the_second_of_two_people_who_decide_is_told_what_the_first_found(
    client, unit, known, supervisor
):
    case, third = (received(unit=unit, at=NOW + day * DAY, **AGAIN) for day in (1, 2))
    supervisor.language = "en"
    supervisor.save(update_fields=["language"])
    client.force_login(supervisor)
    url = reverse("complaints:similar_decide", args=[case.pk, known.pk])
    seen = {"version": case.version, "other_version": known.version}

    client.post(url, seen | {"decision": "apart"})
    joined = client.post(url, seen | {"decision": "duplicate"}).content.decode()
    told = {"kind": "repeat", "reason": "x", "by": supervisor, "at": NOW}
    lifecycle.link(case, master=third, **told)
    late = client.post(url, seen | {"decision": "apart"}).content.decode()

    case.refresh_from_db()
    assert case.master == third
    assert "is a different matter. If you know better" in joined
    assert "found that another case is a different matter" in joined
    assert "linked the case with its master" in late
    with pytest.raises(Refused, match="linked"):
        lifecycle.keep_apart(case, other=third, by=supervisor, at=NOW)


def test_deciding_needs_the_right_and_both_cases_in_sight(client, unit, known):
    case = received(unit=unit, at=NOW + DAY, **AGAIN)
    client.force_login(AuditorFactory.create(unit=unit))
    url = reverse("complaints:similar_decide", args=[case.pk, known.pk])

    assert client.post(url, {"decision": "apart"}).status_code == 403
    assert client.post(url, {"decision": "duplicate"}).status_code == 403
    client.force_login(SupervisorFactory.create(unit=UnitFactory.create()))
    assert client.post(url, {"decision": "apart"}).status_code == 404
    assert client.get(reverse("complaints:similar", args=[case.pk])).status_code == 404
