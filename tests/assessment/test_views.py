"""The pages of the self-assessment."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Role
from pmqa.assessment import lifecycle
from pmqa.assessment.models import Assessment, Exhibit, State
from pmqa.assessment.views.assessments import VERBS
from tests.factories.agency import UnitFactory
from tests.factories.assessment import (
    ASSESSED_AT,
    a_head,
    a_submitted,
    an_assessment,
    answered_item,
    boxes_of,
)
from tests.factories.listening import VoiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(ASSESSED_AT, tick=False):
        yield


@pytest.fixture
def root():
    """The agency."""
    return UnitFactory.create()


@pytest.fixture
def head(root, client):
    """A supervisor of a unit, logged in."""
    head = a_head(UnitFactory.create(parent=root))
    client.force_login(head)
    return head


@pytest.fixture
def item_url():
    """The address of an assessment's first item."""

    def url(assessment):
        return reverse(
            "assessment:item", args=[assessment.pk, assessment.criteria.items.first().pk]
        )

    return url


def pdf(pages):
    """A PDF with so many empty pages."""
    import io

    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page()
        document.save(buffer)
    return SimpleUploadedFile("หลักฐาน.pdf", buffer.getvalue(), content_type="application/pdf")


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_for_more_rows(client, root, item_count, django_assert_num_queries):
    reader = a_head(root, Role.AUDITOR)
    for _each in range(item_count):
        an_assessment(a_head(UnitFactory.create(parent=root)))
    client.force_login(reader)
    client.get(reverse("assessment:list"))

    with django_assert_num_queries(4):
        response = client.get(reverse("assessment:list"))

    assert len(response.context["page"].rows) == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_page_costs_the_same_for_more_answers(
    client, head, item_count, django_assert_num_queries
):
    assessment = an_assessment(head)
    for item in assessment.criteria.items.all()[:item_count]:
        answered_item(assessment, item, by=head, levels=(1, 2))
    client.get(assessment.get_absolute_url())

    with django_assert_num_queries(11):
        response = client.get(assessment.get_absolute_url())

    assert response.context["sheet"].unit == 100 * item_count


def test_a_supervisor_begins_writes_and_submits(client, head, item_url):
    client.post(reverse("assessment:start"), {"year": "2570", "is_copying": "on"})
    assessment = Assessment.objects.get(unit=head.unit)
    item = assessment.criteria.items.first()
    said = {
        f"level{level}-{name}": value
        for level in (1, 2, 3)
        for name, value in (("text", ""), ("version", "0"))
    }
    said |= {"level1-boxes": sorted(boxes_of(item, 1)), "level1-text": "มีช่องทางครบ"}

    response = client.post(item_url(assessment), said)
    client.post(reverse("assessment:act", args=[assessment.pk, "submit"]), {"confirmed": "1"})

    assessment.refresh_from_db()
    assert response.status_code == 302
    assert assessment.answers.get().explanation == "มีช่องทางครบ"
    assert assessment.state == State.SUBMITTED


def test_what_was_typed_is_kept_when_somebody_was_faster(client, head, item_url):
    assessment = an_assessment(head)
    answered_item(assessment, assessment.criteria.items.first(), by=head)
    said = {f"level{level}-version": "0" for level in (1, 2, 3)}
    said |= {"level1-text": "ข้อความของฉัน"}

    response = client.post(item_url(assessment), said)

    page = response.content.decode()
    assert response.status_code == 200
    assert "ข้อความของฉัน" in page
    assert assessment.answers.get().explanation == "ดำเนินการแล้ว"
    said["level1-version"] = "1"
    assert client.post(item_url(assessment), said).status_code == 302
    assert assessment.answers.get().explanation == "ข้อความของฉัน"


def test_another_units_assessment_is_not_found_and_a_reader_may_not_write(
    client, root, head, item_url
):
    assessment = an_assessment(head)
    stranger = a_head(UnitFactory.create(parent=root))
    reader = a_head(head.unit, Role.AUDITOR)
    evidence = reverse(
        "assessment:evidence_new",
        args=[assessment.pk, assessment.criteria.items.first().pk, 1],
    )
    doors = [reverse("assessment:act", args=[assessment.pk, verb]) for verb in VERBS]

    client.force_login(stranger)
    seen = {client.get(url).status_code for url in [*doors, evidence, item_url(assessment)]}
    assert seen == {404}
    client.force_login(reader)
    assert client.get(item_url(assessment)).status_code == 200
    assert {client.get(url).status_code for url in [*doors, evidence]} == {403}
    assert client.post(item_url(assessment), {}).status_code == 403


def test_the_committees_ticks_are_read_by_the_unit_only_when_it_has_judged(
    client, root, head, item_url
):
    assessment = a_submitted(head)
    chair = a_head(root, Role.EXECUTIVE)
    client.force_login(chair)
    said = {f"level{level}-version": "0" for level in (2, 3)}
    said |= {"level1-version": "1", "level1-text": "ยังไม่ชัดเจน"}
    client.post(item_url(assessment), said)

    client.force_login(head)
    before = client.get(item_url(assessment)).content.decode()
    lifecycle.judge(assessment, by=chair, at=ASSESSED_AT)
    after = client.get(item_url(assessment)).content.decode()

    assert ("ยังไม่ชัดเจน" in before, "ยังไม่ชัดเจน" in after) == (False, True)


@pytest.mark.parametrize(
    ("kind", "pages", "kept"),
    [("evidence", 3, [3]), ("workflow", 2, [2]), ("workflow", 3, [])],
)
def test_a_workflow_has_at_most_two_pages(client, head, kind, pages, kept):
    assessment = an_assessment(head)
    item = assessment.criteria.items.first()
    url = reverse("assessment:evidence_new", args=[assessment.pk, item.pk, 1])

    response = client.post(url, {"kind": kind, "file": pdf(pages)})

    assert response.status_code == (302 if kept else 200)
    assert list(Exhibit.objects.values_list("page_count", flat=True)) == kept


def test_evidence_is_read_by_who_sees_the_assessment_and_can_be_taken_out(client, root, head):
    assessment = an_assessment(head)
    item = assessment.criteria.items.first()
    url = reverse("assessment:evidence_new", args=[assessment.pk, item.pk, 1])
    client.post(url, {"kind": "evidence", "file": pdf(1)})
    page = client.get(reverse("assessment:item", args=[assessment.pk, item.pk]))
    exhibit = page.context["part"].levels[0].exhibits[0]
    file = reverse("agency:attachment", args=[exhibit.attached.pk])

    answer = client.get(file)
    assert answer.status_code == 200
    assert b"".join(answer).startswith(b"%PDF")
    client.post(reverse("assessment:evidence_remove", args=[assessment.pk, exhibit.pk]))
    page = client.get(reverse("assessment:item", args=[assessment.pk, item.pk]))
    assert page.context["part"].levels[0].exhibits == []
    client.force_login(a_head(UnitFactory.create(parent=root)))
    assert client.get(file).status_code == 404


def test_what_the_portal_offers_is_attached_by_a_button(client, head):
    VoiceFactory.create(
        first_unit=head.unit, unit=head.unit, received_at=ASSESSED_AT - timedelta(days=1)
    )
    assessment = an_assessment(head)
    item = assessment.criteria.items.get(code="3.1")
    url = reverse("assessment:offers", args=[assessment.pk, item.pk, 2])

    offered = {each.source: each.count for each in client.get(url).context["offers"]}
    client.post(url, {"source": "voices"})
    client.post(url, {"source": "voices"})  # pressed twice

    assert offered == {"voices": 1, "needs": 0, "insights": 0, "hearings": 0, "reports": 0}
    assert Exhibit.objects.get().level == 2
    assert client.get(url).context["attached"] == {"voices"}
