"""The pages of an import: the file, the columns, the job, the rows to be mended."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Job
from complaints import tasks
from complaints.lifecycle import importing
from complaints.models import Complaint, ImportRow
from tests.factories.agency import ChannelFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TABLE = "เลขที่เรื่อง,วันที่รับเรื่อง,รายละเอียด\n1,5/10/2569 09.30,ถนนชำรุด\n2,ไม่ทราบ,ไฟดับ\n"


@pytest.fixture
def supervisor():
    UnitFactory.create(code="ROOT")
    ChannelFactory.create(code="referral")
    ready()
    return SupervisorFactory.create(unit=UnitFactory.create(code="OWN"), language="en")


@pytest.fixture
def desk(client, supervisor):
    client.force_login(supervisor)
    return client


def upload(client, content=TABLE, source="ระบบเดิม"):
    file = SimpleUploadedFile("cases.csv", content.encode())
    return client.post(reverse("complaints:imports"), {"file": file, "source": source})


def choices(response) -> dict[str, str]:
    form = response.context["form"]
    return {name: form[name].initial or "" for name in form.fields}


def test_upload_leads_to_a_preview_that_writes_nothing(desk):
    response = desk.get(upload(desk)["Location"])

    result = response.context["result"]
    assert (result.rows, result.created, result.rejected) == (2, 1, 1)
    assert [(error.row, error.column) for error in result.errors] == [(3, "วันที่รับเรื่อง")]
    assert [row.cells for row in response.context["sample"].rows] == [
        ["1", "5/10/2569 09.30", "ถนนชำรุด"],
        ["2", "ไม่ทราบ", "ไฟดับ"],
    ]
    assert choices(response)["body"] == "รายละเอียด"
    assert (Complaint.objects.count(), Job.objects.count()) == (0, 0)


def test_import_runs_as_a_job_of_the_person(desk, supervisor):
    place = upload(desk)["Location"]
    chosen = choices(desk.get(place))

    response = desk.post(place, {**chosen, "start": "1"})

    job = Job.objects.get()
    assert response["Location"] == reverse("agency:job", args=[job.pk])
    tasks.import_file(job.pk)
    job.refresh_from_db()
    case = Complaint.objects.get()
    assert (job.state, job.done_count, job.total_count) == ("done", 2, 2)
    assert (job.result["created"], job.result["rejected"]) == (1, 1)
    assert (case.unit, case.recorded_by, case.source_system) == (
        supervisor.unit,
        supervisor,
        "ระบบเดิม",
    )
    assert list(ImportRow.objects.values_list("row", "column")) == [(3, "วันที่รับเรื่อง")]


def test_import_done_twice_doubles_no_rejected_row(desk):
    place = upload(desk)["Location"]
    desk.post(place, {**choices(desk.get(place)), "start": "1"})
    job = Job.objects.get()

    for _run in range(2):
        Job.objects.update(state=Job.State.WAITING)
        tasks.import_file(job.pk)

    assert (Complaint.objects.count(), ImportRow.objects.count()) == (1, 1)


def test_rejected_rows_go_after_a_month_and_the_page_says_so(desk):
    place = upload(desk)["Location"]
    desk.post(place, {**choices(desk.get(place)), "start": "1"})
    tasks.import_file(Job.objects.get().pk)
    ended_at = Job.objects.get().ended_at

    kept = importing.forget_rejected(at=ended_at + timedelta(days=29))
    gone = importing.forget_rejected(at=ended_at + timedelta(days=31))

    assert (kept, gone) == (0, 1)
    page = desk.get(reverse("complaints:imported", args=[Job.objects.get().pk]))
    assert "deleted after 30 days" in page.content.decode()


def test_result_page_and_rejected_rows_are_only_for_the_person(desk, client):
    place = upload(desk)["Location"]
    desk.post(place, {**choices(desk.get(place)), "start": "1"})
    job = Job.objects.get()
    tasks.import_file(job.pk)

    page = desk.get(reverse("complaints:imported", args=[job.pk]))
    rejected = desk.get(reverse("complaints:import_rejected", args=[job.pk]))

    assert [row.row for row in page.context["rows"]] == [3]
    assert b"".join(rejected.streaming_content).decode() == (
        "\ufeffrow,column,what to mend,เลขที่เรื่อง,วันที่รับเรื่อง,รายละเอียด\r\n"
        "3,วันที่รับเรื่อง,“ไม่ทราบ” is not a date and time. Write it as 31/12/2569 16:31 or 2026-12-31 16:31.,"
        "2,ไม่ทราบ,ไฟดับ\r\n"
    )
    client.force_login(SupervisorFactory.create())
    for name in ("imported", "import_rejected"):
        assert client.get(reverse(f"complaints:{name}", args=[job.pk])).status_code == 404


def test_preview_names_the_fields_without_a_column(desk):
    place = upload(desk, "a,b\n1,2\n")["Location"]

    response = desk.post(place, {"start": "1"})

    assert {name: list(errors) for name, errors in response.context["form"].errors.items()} == {
        name: ["Choose the column; without it a row cannot become a case."]
        for name in ("external_ref", "received_at", "body")
    }
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is empty. Save the table again and send that file."),
        (
            "a,a\n",
            "Two columns are called “a”. Give each column a name of its own in the first row and send it again.",
        ),
    ],
    ids=["empty", "doubled"],
)
def test_upload_says_what_is_wrong_and_keeps_what_was_typed(desk, content, sentence):
    response = upload(desk, content)

    assert response.context["form"].errors == {"file": [sentence]}
    assert response.context["form"]["source"].value() == "ระบบเดิม"


def test_preview_of_a_forged_file_is_not_found(desk):
    place = reverse("complaints:import_preview")

    assert desk.get(f"{place}?file=forged&source=x").status_code == 404


@pytest.mark.parametrize("name", ["imports", "import_preview"])
def test_only_supervisors_import(client, name):
    client.force_login(StaffFactory.create())

    assert client.get(reverse(f"complaints:{name}")).status_code == 403
