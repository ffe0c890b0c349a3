"""Importing voices by page: the file, the columns, the job, the rows to be mended."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Job
from listening import tasks
from listening.models import Voice
from tests.factories.agency import (
    ChannelFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TABLE = "เลขที่,วันที่,ข้อความ,หน่วยงาน\n1,5/10/2569,รอคิวนาน,\n2,ไม่ทราบ,ไฟดับ,\n3,6/10/2569,ขอบคุณมาก,ELSE\n"


@pytest.fixture
def supervisor():
    root = UnitFactory.create(code="ROOT")
    UnitFactory.create(code="ELSE", parent=root)
    ChannelFactory.create(code="line")
    ThaiCalendarFactory()
    return SupervisorFactory.create(unit=UnitFactory.create(code="OWN", parent=root), language="en")


@pytest.fixture
def desk(client, supervisor):
    client.force_login(supervisor)
    client.cookies["django_language"] = "en"
    return client


def upload(client, content=TABLE, source="กล่องเดิม"):
    file = SimpleUploadedFile("voices.csv", content.encode())
    return client.post(reverse("listening:imports"), {"file": file, "source": source})


def choices(response):
    form = response.context["form"]
    return {name: form[name].initial or "" for name in form.fields} | {"every_channel": "line"}


def started(desk, content=TABLE):
    """Start an import and return its job."""
    place = upload(desk, content)["Location"]
    desk.post(place, {**choices(desk.get(place)), "start": "1"})
    return Job.objects.latest("pk")


def test_upload_leads_to_a_preview_that_writes_nothing(desk):
    place = upload(desk)["Location"]
    shown = desk.get(place)

    result = desk.post(place, choices(shown)).context["result"]

    assert choices(shown)["body"] == "ข้อความ"
    assert (result.rows, result.created, result.rejected) == (3, 1, 2)
    assert [(error.row, error.column) for error in result.errors] == [(3, "วันที่"), (4, "หน่วยงาน")]
    assert (Voice.objects.count(), Job.objects.count()) == (0, 0)


def test_import_runs_as_a_job_of_the_person_and_twice_doubles_nothing(desk, supervisor):
    job = started(desk)
    tasks.import_voices(job.pk)
    again = started(desk)
    tasks.import_voices(again.pk)

    job.refresh_from_db()
    again.refresh_from_db()
    voice = Voice.objects.get()
    assert (voice.body, voice.unit, voice.recorded_by) == ("รอคิวนาน", supervisor.unit, supervisor)
    assert (job.state, job.result["created"], job.result["rejected"]) == ("done", 1, 2)
    assert (again.result["created"], again.result["unchanged"]) == (0, 1)


def test_result_page_and_rejected_rows_are_only_for_the_person(desk, client):
    job = started(desk)
    tasks.import_voices(job.pk)

    page = desk.get(reverse("listening:imported", args=[job.pk]))
    rejected = desk.get(reverse("listening:import_rejected", args=[job.pk]))

    assert [row["row"] for row in page.context["rows"]] == [3, 4]
    assert b"".join(rejected.streaming_content).decode() == (
        "\ufeffrow,column,what to mend,เลขที่,วันที่,ข้อความ,หน่วยงาน\r\n"
        "3,วันที่,“ไม่ทราบ” is not a date. Write it as 31/12/2569 or 2026-12-31.,2,ไม่ทราบ,ไฟดับ,\r\n"
        "4,หน่วยงาน,“ELSE” is not known here. Add it\\, or correct it.,3,6/10/2569,ขอบคุณมาก,ELSE\r\n"
    ).replace(
        "“ELSE” is not known here. Add it\\, or correct it.",
        '"“ELSE” is not known here. Add it, or correct it."',
    )
    client.force_login(SupervisorFactory.create())
    for name in ("imported", "import_rejected"):
        assert client.get(reverse(f"listening:{name}", args=[job.pk])).status_code == 404


def test_preview_names_the_fields_without_a_column(desk):
    place = upload(desk, "a,b\n1,2\n")["Location"]

    response = desk.post(place, {"start": "1"})

    assert {name: list(errors) for name, errors in response.context["form"].errors.items()} == {
        name: ["Choose the column; without it a row cannot become a voice."]
        for name in ("external_ref", "received_at", "body")
    }
    assert Job.objects.count() == 0


def test_a_file_that_is_gone_leads_back(desk):
    response = desk.get(reverse("listening:import_preview"), {"file": "x", "source": "y"})

    assert response["Location"] == reverse("listening:imports")


def test_only_supervisors_import(client):
    client.force_login(StaffFactory.create())

    assert client.get(reverse("listening:imports")).status_code == 403
    assert client.get(reverse("listening:import_preview")).status_code == 403


@pytest.mark.parametrize("item_count", [1, 3])
def test_imports_made_before(desk, item_count, django_assert_num_queries):
    for _turn in range(item_count):
        started(desk)
    desk.get(reverse("listening:imports"))

    with django_assert_num_queries(3):  # session, person, imports
        response = desk.get(reverse("listening:imports"))

    assert len(response.context["jobs"]) == item_count
