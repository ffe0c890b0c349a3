"""Criteria out of a table: the whole file, or sentences with rows and columns."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import AuditEntry, Role
from agency.refusal import Refused
from pmqa.assessment import lifecycle
from pmqa.assessment.models import CriteriaSet
from tests.factories.assessment import ASSESSED_AT, YEAR, a_head, an_assessment

pytestmark = pytest.mark.django_db
HEAD = "item,title_th,level,box_th,sources"
GOOD = [
    'A,หัวข้อ ก,1,ประเด็นหนึ่ง,"voices, cases"',
    "A,หัวข้อ ก,basic,ประเด็นสอง,",
    "A,หัวข้อ ก,2,ประเด็นสาม,",
    "A,หัวข้อ ก,พัฒนาจนเกิดผล,ประเด็นสี่,",
]


@pytest.fixture
def admin():
    """An administrator."""
    return a_head(None, Role.ADMIN)


def table(*rows):
    """A CSV file."""
    content = "\n".join([HEAD, *rows]).encode("utf-8-sig")
    return SimpleUploadedFile("criteria.csv", content)


def imported(*rows, by, year=2575):
    """Import rows."""
    return lifecycle.import_criteria(
        table(*rows), year=year, title="เกณฑ์ใหม่", by=by, at=ASSESSED_AT
    )


def test_a_table_becomes_criteria_and_again_replaces_them(admin):
    imported(*GOOD, by=admin)
    made = imported(*GOOD, by=admin)

    item = made.items.get()
    boxes = list(item.boxes.values_list("level", "text_th"))
    assert (item.code, item.sources) == ("A", ["voices", "cases"])
    assert boxes == [
        (1, "ประเด็นหนึ่ง"),
        (1, "ประเด็นสอง"),
        (2, "ประเด็นสาม"),
        (3, "ประเด็นสี่"),
    ]
    assert CriteriaSet.objects.get() == made
    assert AuditEntry.objects.filter(verb="criteria_imported").count() == 2


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (["A,หัวข้อ,4,ประเด็น,", ",หัวข้อ,1,,"], [("2", "4"), ("3", "item"), ("3", "box_th")]),
        ([f"A,{'ก' * 201},1,ประเด็น,weather"], [("2", "title_th"), ("2", "weather")]),
        (GOOD[:3], [("A", "Significance")]),
        ([], [("", "")]),
    ],
)
def test_faults_are_said_with_row_and_column_and_nothing_is_taken(admin, rows, faults):
    with pytest.raises(lifecycle.Faulty) as refused:
        imported(*rows, by=admin)

    assert len(refused.value.faults) == len(faults)
    for said, words in zip(refused.value.faults, faults, strict=True):
        assert [word for word in words if word not in said] == []
    assert CriteriaSet.objects.count() == 0


def test_criteria_in_use_are_not_replaced(admin):
    an_assessment()

    with pytest.raises(Refused):
        imported(*GOOD, by=admin, year=YEAR)

    assert CriteriaSet.objects.get().items.count() == 4


def test_administrators_import_by_page_and_read_the_faults(client, admin):
    url = reverse("assessment:import_criteria")
    client.force_login(admin)
    typed = {"year": "2575", "title": "เกณฑ์ใหม่"}

    bad = client.post(url, typed | {"file": table("A,หัวข้อ,9,ประเด็น,")})
    good = client.post(url, typed | {"file": table(*GOOD)})

    assert (bad.status_code, good.status_code) == (200, 302)
    assert "เกณฑ์ใหม่" in bad.content.decode()
    assert "“9”" in bad.content.decode()
    client.force_login(a_head())
    assert client.get(url).status_code == 403
