"""Importing complaints: what a table becomes, twice the same, and what is told about bad rows."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum.th import pin

from agency.models import AuditEntry, Letter, Notice, Staff
from agency.refusal import Refused
from agency.thai import thai_digits
from complaints import lifecycle
from complaints.lifecycle import importing
from complaints.lifecycle.importing import running
from complaints.models import Category, Clock, Closing, Complaint, ComplaintText, Message, Reader
from tests.factories.agency import ChannelFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "house")]

RECEIVED = datetime(2026, 10, 5, 2, 30, tzinfo=UTC)  # Monday, 09:30 in Bangkok
SPEC = {
    "fields": {
        "external_ref": "id",
        "received_at": {"column": "at", "format": "%Y-%m-%d %H:%M"},
        "body": "text",
        "subject": {"column": "text", "shorten": 40},
        "category": {"column": "topic", "split": ","},
        "unit": {"column": "unit", "split": ",", "skip": ["everybody"]},
        "officer": "officer",
        "status": {
            "column": "state",
            "values": {"new": "received", "works": "in_progress", "done": "closed"},
            "otherwise": "received",
        },
        "outcome": {"column": "state", "values": {"done": "resolved"}, "otherwise": ""},
        "acknowledged_at": {"column": "minutes", "minutes_since_receipt": True},
        "closed_at": {"column": "closed", "format": "%Y-%m-%d %H:%M"},
        "answer": "answer",
        "rating": "stars",
        "latitude": "lat",
        "longitude": "lon",
    }
}
COLUMNS = [
    "id",
    "at",
    "text",
    "topic",
    "unit",
    "officer",
    "state",
    "minutes",
    "closed",
    "answer",
    "stars",
    "lat",
    "lon",
]
ROW = {"id": "A1", "at": "2026-10-05 09:30", "text": "น้ำท่วมถนนหน้าตลาด", "state": "new"}
DONE = {
    "state": "done",
    "minutes": "30",
    "closed": "2026-10-07 10:00",
    "answer": "ระบายน้ำแล้ว",
    "stars": "5.0",
}


@pytest.fixture
def house():
    """An agency with a root, a child unit and the usual channel; numbers begin anew, whatever ran before."""
    with connection.cursor() as cursor:
        for year in (2569, 2570):
            cursor.execute(f"DROP SEQUENCE IF EXISTS complaint_number_{year}")
    root = UnitFactory.create(code="ROOT", name_th="กรม")
    UnitFactory.create(code="ROADS", name_th="กองถนน", parent=root)
    ChannelFactory.create(code="referral")
    ready()
    return root


def table(*rows, columns=COLUMNS) -> io.BytesIO:
    out = StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode())


def take(*rows, at=NOW, columns=COLUMNS, spec=None, **options):
    return importing.import_table(
        table(*rows, columns=columns),
        source="old",
        spec=importing.parse(spec or SPEC),
        by=options.pop("by", None),
        at=at,
        **options,
    )


def counts(result) -> tuple[int, int, int, int, int]:
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def told(result) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.sentence) for error in result.errors]


def test_import_makes_a_settled_case_with_its_results():
    result = take(
        {
            **ROW,
            **DONE,
            "topic": "ถนน,น้ำท่วม",
            "unit": "everybody,กองถนน",
            "lat": "13.75",
            "lon": "100.5",
        }
    )

    case = Complaint.objects.get()
    assert counts(result) == (1, 1, 0, 0, 0)
    assert (case.number, case.status, case.subject) == ("2570-000001", "closed", "น้ำท่วมถนนหน้าตลาด")
    assert (case.unit.code, case.category.name_th, case.category.is_public) == (
        "ROADS",
        "ถนน",
        False,
    )
    assert (case.received_at, case.recorded_at) == (RECEIVED, NOW)
    assert case.acknowledged_at == RECEIVED + timedelta(minutes=30)
    assert case.closed_at == case.answered_at == datetime(2026, 10, 7, 3, 0, tzinfo=UTC)
    assert (case.outcome, case.rating) == ("resolved", 5)
    assert (case.latitude, case.longitude) == (Decimal("13.750000"), Decimal("100.500000"))
    assert sorted(case.clocks.values_list("measure", "result", "elapsed_days")) == [
        ("acknowledge", "met", 0),
        ("stage1", "met", 2),
    ]
    closing = Closing.objects.get()
    assert (closing.closed_at, closing.recorded_at, closing.outcome) == (
        case.closed_at,
        NOW,
        "resolved",
    )
    assert list(Message.objects.values_list("kind", "body", "at")) == [
        ("answer", "ระบายน้ำแล้ว", case.answered_at)
    ]
    assert ComplaintText.objects.get().body == (
        "2570-000001 น้ำท่วมถนนหน้าตลาด น้ำท่วมถนนหน้าตลาด a1 ระบายน้ำแล้ว"
    )
    entry = AuditEntry.objects.get(object_id=case.pk)
    assert (entry.verb, entry.at, entry.data) == ("imported", NOW, {"version": 1, "source": "old"})


def test_import_lets_an_open_case_run_and_tells_nobody():
    take({**ROW, "state": "works", "minutes": "30"})

    case = Complaint.objects.get()
    running_clocks = Clock.objects.unstopped().filter(complaint=case)
    assert (case.status, case.officer) == ("screened", None)  # nobody here is named for it yet
    assert sorted(running_clocks.values_list("measure", flat=True)) == [
        "idle",
        "progress",
        "stage1",
    ]
    assert case.due_at == running_clocks.get(measure="stage1").due_at
    assert (Notice.objects.count(), Letter.objects.count()) == (0, 0)


def test_import_keeps_the_officer_that_the_source_names():
    officer = StaffFactory.create(username="malee")

    take({**ROW, "state": "works", "officer": "malee"})

    case = Complaint.objects.get()
    assert (case.status, case.officer) == ("in_progress", officer)
    assert list(case.assignments.values_list("officer", "accepted_at")) == [(officer.pk, RECEIVED)]


def test_import_drops_clocks_whose_end_nobody_knows():
    take({**ROW, "state": "done"})

    case = Complaint.objects.get()
    assert (case.received_at, case.closed_at) == (RECEIVED, RECEIVED)
    assert sorted(case.clocks.values_list("measure", "result", "elapsed_days")) == [
        ("acknowledge", "dropped", None),
        ("stage1", "dropped", None),
    ]


def test_import_twice_changes_nothing():
    rows = [{**ROW, **DONE}, {**ROW, "id": "A2"}, {**ROW, "id": "A3", "state": "works"}]
    take(*rows)
    before = list(Complaint.objects.order_by("pk").values())

    result = take(*rows, at=NOW + timedelta(days=1))

    assert counts(result) == (3, 0, 0, 3, 0)
    assert list(Complaint.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(verb__in=["imported", "updated_by_import"]).count() == 3


def test_import_brings_a_case_up_to_date():
    take({**ROW, "state": "works"})
    later = NOW + timedelta(days=1)

    result = take({**ROW, **DONE, "text": "น้ำท่วมถนนหน้าตลาด เพิ่มเติม"}, at=later)

    case = Complaint.objects.get()
    assert counts(result) == (1, 0, 1, 0, 0)
    assert (case.status, case.body, case.touched_at) == ("closed", "น้ำท่วมถนนหน้าตลาด เพิ่มเติม", later)
    assert sorted(case.clocks.values_list("measure", "result")) == [
        ("acknowledge", "dropped"),
        ("idle", "dropped"),
        ("progress", "dropped"),
        ("stage1", "met"),
    ]
    assert list(case.closings.values_list("number", "recorded_at")) == [(1, later)]
    assert "ระบายน้ำแล้ว" in case.text.body
    assert "เพิ่มเติม" in case.text.body
    assert counts(take({**ROW, **DONE, "text": "น้ำท่วมถนนหน้าตลาด เพิ่มเติม"}, at=later)) == (
        1,
        0,
        0,
        1,
        0,
    )


def test_import_never_overwrites_what_officers_did():
    take({**ROW, "topic": "ถนน"})
    case = Complaint.objects.get()
    lifecycle.acknowledge(case, by=SupervisorFactory.create(unit=case.unit), at=NOW)

    result = take({**ROW, "topic": "น้ำท่วม", "text": "อื่น", "stars": "4"})

    case.refresh_from_db()
    assert counts(result) == (1, 0, 1, 0, 0)
    assert (case.category.name_th, case.body, case.rating) == ("ถนน", ROW["text"], 4)


def test_import_leaves_reopening_to_a_person():
    take({**ROW, **DONE})

    result = take({**ROW, "state": "works"})

    assert told(result) == [
        (2, "", "Case 2570-000001 is settled here, but open in the source. Reopen it on its page.")
    ]
    assert Complaint.objects.get().status == "closed"


def test_import_refuses_rows_with_column_and_mend():
    result = take(
        {**ROW, "id": ""},
        {**ROW, "id": "B", "text": " "},
        {**ROW, "id": "C", "at": "yesterday"},
        {**ROW, "id": "D", "stars": "7"},
        {**ROW, "id": "E", "lat": "100.5"},
        {**ROW, "id": "F", "at": "2569-10-05 09:30", "text": "ปี พ.ศ."},
        {**ROW, "id": "F"},
        {**ROW, "id": "G", "text": "a\0b"},
        {**ROW, "id": "H", "at": "2030-01-01 00:00"},
        {**ROW, **DONE, "id": "I", "closed": "2026-10-01 00:00"},
    )

    assert counts(result) == (10, 1, 0, 0, 9)
    assert told(result) == [
        (2, "id", "“Reference in the source” is empty. Fill it in."),
        (3, "text", "“Facts” is empty. Fill it in."),
        (
            4,
            "at",
            "“yesterday” is not a date and time. Write it as 31/12/2569 16:31 or 2026-12-31 16:31.",
        ),
        (5, "stars", "“7” is not a whole number from 1 to 5."),
        (
            6,
            "lat",
            "“100.5” is not a coordinate between −90 and 90. Are latitude and longitude exchanged?",
        ),
        (8, "id", "Row 7 has the same reference F. Keep one of the two."),
        (9, "text", "The text holds a NUL character. Remove it and send the row again."),
        (10, "", "The receipt lies in the future. Is the year of the right era?"),
        (11, "", "“Closed” lies before the receipt or in the future. Mend one of the two dates."),
    ]
    assert Complaint.objects.get().received_at == RECEIVED


def test_import_dry_run_writes_nothing():
    result = take({**ROW, "topic": "ถนน"}, {**ROW, "id": "A2", "stars": "9"}, is_dry=True)

    assert counts(result) == (2, 1, 0, 0, 1)
    assert (Complaint.objects.count(), Category.objects.count()) == (0, 0)


def test_import_names_readers_of_restricted_cases():
    by = SupervisorFactory.create(unit=UnitFactory.create(code="ETHICS"))
    spec = {"fields": {**SPEC["fields"], "kind": {"value": "corruption"}}}

    take(ROW, spec=spec, by=by, default_unit=by.unit)

    case = Complaint.objects.get()
    assert case.is_restricted
    assert list(Reader.objects.values_list("complaint", "staff")) == [(case.pk, by.pk)]


def test_import_stays_within_the_unit_of_the_person():
    take({**ROW, "unit": "กองถนน"}, {**ROW, "id": "A2"})
    by = SupervisorFactory.create(unit=UnitFactory.create(code="OTHER"))

    result = take(
        {**ROW, "stars": "1"},
        {**ROW, "id": "A9", "unit": "กองถนน"},
        by=by,
        default_unit=by.unit,
        within=by.unit,
    )

    assert told(result) == [(2, "id", "The reference belongs to a case of another unit.")]
    assert Complaint.objects.get(external_ref="A9").unit.code == "OTHER"
    assert Complaint.objects.get(external_ref="A1").rating is None


def test_import_needs_no_more_queries_for_more_rows():
    def queries(count: int, name: str) -> int:
        rows = [{**ROW, "id": f"{name}{number}"} for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            take(*rows)
        return len(captured)

    queries(1, "warm")

    assert queries(400, "many") == queries(2, "few")


def test_import_goes_on_after_a_kill_between_batches(monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    rows = [{**ROW, "id": f"R{number}"} for number in range(25)]

    class Killed(BaseException):
        pass

    def die_after_the_second(count, total):
        if Complaint.objects.count() == 20:
            raise Killed

    with pytest.raises(Killed):
        take(*rows, advance=die_after_the_second)
    assert Complaint.objects.count() == 20

    assert counts(take(*rows)) == (25, 5, 0, 20, 0)


def test_import_makes_numbers_by_the_fiscal_year_of_receipt():
    take(
        {**ROW, "id": "old", "at": "2026-09-30 10:00"},
        {**ROW, "id": "new", "at": "2026-10-01 10:00"},
    )

    assert list(Complaint.objects.order_by("received_at").values_list("number", flat=True)) == [
        "2569-000001",
        "2570-000001",
    ]


def test_import_records_persons_and_finds_them_again():
    fields = {**SPEC["fields"], "name": "who", "national_id": "nid"}
    columns = [*COLUMNS, "who", "nid"]
    digit = int(pin.calc_check_digit("898000000001"))
    person = {"who": "คุณตัวอย่าง สาธิต", "nid": thai_digits(f"8-9800-00000-01-{digit}")}
    wrong = {"who": "คุณตัวอย่าง สาธิต", "nid": f"898000000001{(digit + 1) % 10}"}

    result = take(
        {**ROW, **person},
        {**ROW, "id": "A2", **person},
        {**ROW, "id": "A3", **wrong},
        spec={"fields": fields},
        columns=columns,
    )

    first, second = Complaint.objects.order_by("pk")
    assert first.person == second.person
    assert told(result) == [
        (4, "", "The national ID has a wrong check digit. Compare it with the card.")
    ]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ([], 'A mapping is a JSON object with "fields". See docs/IMPORT.md.'),
        (
            {"fields": {"body": "a"}},
            "Choose the columns for: Reference in the source, Received. Without them a row cannot become a case.",
        ),
        (
            {"fields": {**SPEC["fields"], "wish": {"colum": "x"}}},
            "The mapping of “wish” has unknown words: colum.",
        ),
        (
            {"fields": {**SPEC["fields"], "wish": 5}},
            "The mapping of “wish” must be a column or an object.",
        ),
    ],
    ids=["no-object", "missing", "unknown-word", "number"],
)
def test_parse_refuses_a_mapping_by_name(spec, sentence):
    with pytest.raises(Refused) as refusal:
        importing.parse(spec)

    assert str(refusal.value) == sentence


# --- the command -----------------------------------------------------------------------------


def run(*arguments) -> dict:
    out = StringIO()
    call_command("import_complaints", *arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(
        "เลขที่เรื่อง,วันที่รับเรื่อง,รายละเอียด,สถานะ\n1,5/10/2569 09.30,ถนนชำรุด,closed\n2,๖ ต.ค. ๖๙,ไฟดับ,\n"
    )
    return path


def test_command_guesses_by_the_names_of_the_columns(file):
    printed = run(str(file), "--source", "ระบบเดิม")

    assert printed == {
        "rows": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "errors": [],
        "notes": [],
    }
    assert list(
        Complaint.objects.order_by("pk").values_list("external_ref", "received_at", "status")
    ) == [
        ("1", RECEIVED, "closed"),
        ("2", datetime(2026, 10, 5, 17, 0, tzinfo=UTC), "received"),
    ]
    assert (
        Staff.objects.get(username="import").is_active,
        Complaint.objects.first().recorded_by.username,
    ) == (False, "import")


def test_command_takes_a_mapping_file(tmp_path):
    mapping, cases = tmp_path / "m.json", tmp_path / "c.csv"
    mapping.write_text(json.dumps(SPEC))
    cases.write_bytes(table(ROW).getvalue())

    printed = run(str(cases), "--source", "old", "--mapping", str(mapping), "--dry-run")

    assert (printed["created"], Complaint.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", importing.shipped_names())
def test_shipped_mappings_are_chosen_by_the_source_and_by_the_header(name):
    spec = importing.shipped(name)

    assert importing.mapping_for(name, []) == spec
    assert importing.guess([*spec.columns(), "another"]) == spec


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["nowhere.csv", "--source", "x"],
            "The file nowhere.csv cannot be opened: No such file or directory.",
        ),
        (
            ["{file}", "--source", "x" * 41],
            "Give the source a name of at most 40 characters, always the same for the same system.",
        ),
        (["{file}", "--source", "x", "--unit", "NONE"], "There is no unit with the code NONE."),
        (
            ["{file}", "--source", "x", "--by", "nobody"],
            "There is no active staff member called nobody.",
        ),
        (
            ["{file}", "--source", "x", "--mapping", "none.json"],
            "The mapping none.json cannot be opened: No such file or directory.",
        ),
    ],
    ids=["file", "source", "unit", "by", "mapping"],
)
def test_command_refuses_with_a_sentence(file, arguments, sentence):
    with pytest.raises(CommandError) as error:
        run(*(argument.format(file=file) for argument in arguments))

    assert str(error.value) == sentence


def test_command_says_which_column_is_missing(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("ticket_id,type,comment\n1,a,b\n")

    with pytest.raises(CommandError) as error:
        run(str(path), "--source", "traffy_2022q4")

    assert str(error.value).startswith("The file has no column “timestamp”, “org”, “state”")
    assert Complaint.objects.count() == 0
