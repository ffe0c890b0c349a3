"""An assessment as PDF, DOCX and ZIP with its evidence."""

import io
import zipfile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse

from agency import attachments, pdf_text
from agency.models import Job, Role
from pmqa.assessment import lifecycle, papers, selectors, tasks
from tests.factories.agency import UnitFactory
from tests.factories.assessment import (
    ASSESSED_AT,
    a_head,
    an_assessment,
    an_entry,
    answered_item,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(ASSESSED_AT, tick=False):
        yield


@pytest.fixture
def head(client):
    """A supervisor of a unit below the agency, logged in."""
    head = a_head(UnitFactory.create(parent=UnitFactory.create()))
    client.force_login(head)
    return head


@pytest.fixture
def assessment(head, one_page):
    """An assessment with words, a file of evidence, a plan, and a judgement that is not concluded."""
    made = an_assessment(head)
    item = made.criteria.items.first()
    answered_item(made, item, by=head)
    checked = attachments.check(ContentFile(one_page, name="ทะเบียน.pdf"))
    lifecycle.add_file(
        made,
        item,
        level=1,
        kind="evidence",
        file=checked,
        title="ทะเบียนช่องทาง",
        by=head,
        at=ASSESSED_AT,
    )
    lifecycle.submit(made, by=head, at=ASSESSED_AT)
    chair = a_head(head.unit.parent, Role.EXECUTIVE)
    entry = an_entry(item, 1, text="ความเห็นลับ", boxes=[], version=1)
    lifecycle.tick(made, item, entries=[entry], by=chair, at=ASSESSED_AT)
    return made


@pytest.fixture(scope="module")
def one_page():
    """A PDF of one page."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer)
    return buffer.getvalue()


def words_in(content):
    """The text of a DOCX."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read("word/document.xml").decode()


def test_the_pdf_says_what_was_said(client, assessment):
    response = client.get(reverse("assessment:file", args=[assessment.pk, "pdf"]))

    said = pdf_text.text_layer(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert ("ดำเนินการแล้ว" in said, "ทะเบียนช่องทาง" in said) == (True, True)
    assert pdf_text.page_count(response.content) > 3


def test_what_the_committee_has_not_concluded_is_not_on_the_units_paper(client, head, assessment):
    url = reverse("assessment:file", args=[assessment.pk, "docx"])

    before = words_in(client.get(url).content)
    chair = a_head(head.unit.parent, Role.EXECUTIVE)
    lifecycle.judge(assessment, by=chair, at=ASSESSED_AT)
    after = words_in(client.get(url).content)

    assert ("ความเห็นลับ" in before, "ความเห็นลับ" in after) == (False, True)


def test_the_zip_holds_documents_list_and_evidence(client, head, assessment, one_page):
    response = client.post(reverse("assessment:pack", args=[assessment.pk]))
    job = Job.objects.get(kind="assessment_zip")

    tasks.pack_assessment(job.pk)

    job.refresh_from_db()
    handed = b"".join(client.get(job.url))
    with zipfile.ZipFile(io.BytesIO(handed)) as archive:
        names = archive.namelist()
        kept = archive.read("evidence/3.1/basic/01-ทะเบียน.pdf")
        listed = archive.read("evidence.csv").decode("utf-8-sig").splitlines()
    stem = papers.name_of(selectors.sheet(assessment), "")
    assert response.url == job.get_absolute_url()
    assert names == [
        f"{stem}pdf",
        f"{stem}docx",
        "evidence.csv",
        "evidence/3.1/basic/01-ทะเบียน.pdf",
    ]
    assert kept == one_page
    assert len(listed) == 2
    assert (job.state, job.done_count, job.total_count) == (Job.State.DONE, 4, 4)
    client.force_login(a_head(head.unit))
    assert client.get(job.url).status_code == 404


def test_who_may_no_longer_see_it_gets_no_zip(client, head, assessment):
    client.post(reverse("assessment:pack", args=[assessment.pk]))
    head.unit = UnitFactory.create()
    head.save(update_fields=["unit"])

    job = Job.objects.get(kind="assessment_zip")
    tasks.pack_assessment(job.pk)

    job.refresh_from_db()
    assert (job.state, bool(job.file)) == (Job.State.FAILED, False)
