"""The forms by which a case ends without an answer, is linked, or goes straight to stage 2; and the person's page."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from complaints import lifecycle
from complaints.models import Complaint, Ending, Kind, Message
from tests.factories.agency import (
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    GradeFactory,
    RejectionReasonFactory,
    filing,
    in_progress,
    ready,
    received,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False), translation.override("th"):
        yield


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def chief(client, unit):
    client.force_login(SupervisorFactory.create(unit=unit))
    return client


def address(case, verb):
    return reverse("complaints:act", args=[case.pk, verb])


def act(client, case, verb, **data):
    version = Complaint.objects.get(pk=case.pk).version
    return client.post(address(case, verb), {"expected_version": version} | data)


def errors(response):
    return dict(response.context["form"].errors.items())


def again(case):
    return Complaint.objects.get(pk=case.pk)


def test_reject_asks_for_a_reason_in_use_and_ends_the_case(chief, unit):
    case, reason = received(unit=unit), RejectionReasonFactory.create()
    RejectionReasonFactory.create(is_active=False)

    page = chief.get(address(case, "reject"))
    assert [choice for _pk, choice in page.context["form"].fields["reason"].choices] == [
        reason.name_th
    ]
    assert errors(act(chief, case, "reject", body="x")) == {"reason": ["กรุณากรอกช่องนี้"]}

    done = act(chief, case, "reject", reason=reason.pk)

    assert (done.status_code, again(case).status) == (302, "rejected")
    shown = chief.get(case.get_absolute_url()).content.decode()
    assert shown.count("ไม่รับเรื่อง") >= 1
    assert reason.name_th in shown


def test_refer_names_the_agency_and_takes_its_answer(chief, unit):
    case, agency = received(unit=unit), PartnerAgencyFactory.create()

    act(chief, case, "refer", agency=agency.pk, body="เป็นงานประปา")

    assert again(case).status == "referred"
    page = chief.get(case.get_absolute_url())
    assert next(action.url for action in page.context["actions"].all) == address(
        case, "record_referral_answer"
    )
    assert agency.contact in page.content.decode()
    act(chief, case, "record_referral_answer", body="ซ่อมแล้ว", is_told="on")
    assert again(case).messages.latest("pk").kind == Message.Kind.AGENCY_ANSWER
    assert chief.get(address(case, "record_referral_answer")).status_code == 403


@pytest.mark.parametrize("verb", ["reject", "refer"])
def test_an_officer_neither_rejects_nor_refers(client, officer, verb):
    client.force_login(officer)
    case = in_progress(officer=officer)

    assert client.get(address(case, verb)).status_code == 403
    assert act(client, case, verb).status_code == 403
    assert again(case).status == "in_progress"


def test_an_officer_writes_a_withdrawal_down(client, officer):
    client.force_login(officer)
    case = in_progress(officer=officer)

    assert errors(act(client, case, "withdraw")) == {"body": ["กรุณากรอกช่องนี้"]}
    act(client, case, "withdraw", body="โทรแจ้งเมื่อเช้า")

    assert again(case).status == "withdrawn"


def test_link_takes_a_likely_case_or_a_number_and_shows_both(chief, unit):
    topic = CategoryFactory.create()
    likely = received(unit=unit, category=topic)
    case, other = received(unit=unit, category=topic), received(unit=unit)
    form = chief.get(address(case, "link")).context["form"]
    assert list(form.fields["suggested"].queryset) == [likely]
    hidden = received(unit=UnitFactory.create())

    wrong = act(chief, case, "link", number=hidden.number, kind="repeat", reason="x")
    assert errors(wrong) == {"number": ["ไม่พบเรื่องเลขที่นี้ในเรื่องที่ท่านมีสิทธิเห็น"]}
    act(chief, case, "link", number=other.number, kind="repeat", reason="x")
    assert again(case).master == other
    act(chief, case, "unlink", reason="x")
    assert again(case).master is None
    act(chief, case, "link", suggested=likely.pk, kind="duplicate", reason="x")

    assert again(case).master == likely
    pages = [chief.get(each.get_absolute_url()).content.decode() for each in (case, likely)]
    assert [page.count('id="facts-linked"') for page in pages] == [1, 1]


def test_link_refuses_and_keeps_what_was_typed(chief, unit):
    case = received(unit=unit)

    response = act(chief, case, "link", number=case.number, kind="repeat", reason="เหตุผล")

    assert errors(response) == {"__all__": ["เชื่อมเรื่องกับตัวเองไม่ได้"]}
    assert response.context["form"]["reason"].value() == "เหตุผล"


def test_screening_takes_a_serious_case_straight_to_stage_2(chief, unit):
    case, grade, topic = received(unit=unit), GradeFactory.create(), CategoryFactory.create()
    facts = {"kind": Kind.SERVICE, "grade": grade.pk, "category": topic.pk, "unit": unit.pk}

    act(chief, case, "screen", **facts, stage2_reason="มีผู้บาดเจ็บ")

    assert again(case).stage == 2
    assert "stage2_reason" not in chief.get(address(case, "screen")).context["form"].fields


# The complainant


def let_in(client, case, code):
    client.post(reverse("complaints:track"), {"number": case.number, "code": code})
    return reverse("complaints:case", args=[case.number])


@pytest.fixture
def filed(unit):
    """A case of a citizen with its code."""
    receipt = lifecycle.receive(filing(unit=unit), by=None, at=NOW)
    return receipt.complaint, receipt.code


def test_the_complainant_withdraws_with_a_tick(client, filed):
    case, code = filed
    page = let_in(client, case, code)
    url = reverse("complaints:case_withdraw", args=[case.number])

    unmeant = client.post(url, {"withdraw-body": "แก้ไขแล้ว"})
    assert unmeant.context["withdraw_form"].errors == {"is_meant": ["กรุณากรอกช่องนี้"]}
    assert again(case).status == "received"
    done = client.post(url, {"withdraw-body": "แก้ไขแล้ว", "withdraw-is_meant": "on"})

    assert (done.status_code, done.url) == (302, page)
    assert again(case).status == "withdrawn"
    shown = client.get(page)
    assert "ท่านได้ถอนเรื่องนี้แล้ว" in shown.content.decode()
    assert shown.context["case"].may_withdraw is False
    twice = client.post(url, {"withdraw-is_meant": "on"})
    assert twice.context["withdraw_form"].errors == {"__all__": ["เรื่องนี้สิ้นสุดแล้ว: ถอนเรื่อง"]}
    assert Ending.objects.count() == 1


def test_only_the_complainant_withdraws_and_by_post(client, filed):
    case, code = filed
    url = reverse("complaints:case_withdraw", args=[case.number])

    stranger = client.post(url, {"withdraw-is_meant": "on"})
    assert (stranger.status_code, again(case).status) == (302, "received")
    let_in(client, case, code)
    assert client.get(url).status_code == 405
