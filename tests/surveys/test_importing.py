"""Answers come in from a table: by code or words, once, wrong rows named with column and mend."""

import io
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from agency.models import Job
from agency.refusal import Refused
from surveys import tasks
from surveys.lifecycle.importing import guess, import_responses
from surveys.models import RejectedRow, Response, Wave
from surveys.rendering import Document
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.surveys import DOCUMENT, NOW, SurveyFactory, WaveFactory

pytestmark = pytest.mark.django_db
HEAD = "reference,submitted_on,channel,overall,why/slow,why/rude,parts_steps,recommend,comment\n"
ROWS = (
    "A1,2026-10-30,counter,4,,,5,9,ดีมาก\n"
    "A2,30/10/2569,ออนไลน์,2,1,0,na,3,\n"
    "A3,,ทางไปรษณีย์,5,,,3,10,\n"
)


@pytest.fixture
def wave():
    return WaveFactory.create(version__survey=SurveyFactory.create(code="sat"))


def table(text):
    return io.BytesIO(text.encode())


def taken(wave, text, **more):
    return import_responses(table(text), wave=wave, by=None, at=NOW, **more)


def test_rows_are_taken_by_code_and_by_words_and_only_once(wave):
    first = taken(wave, HEAD + ROWS)
    again = taken(wave, HEAD + ROWS + "A4,,counter,1,1,1,,,\n")

    assert (first.rows, first.accepted, first.rejected) == (3, 3, 0)
    assert (again.accepted, again.unchanged) == (1, 3)
    answers = dict(Response.objects.counted().values_list("reference", "answers"))
    assert answers["A1"] == {
        "channel": "counter",
        "overall": 4,
        "parts_steps": 5,
        "recommend": 9,
        "comment": "ดีมาก",
    }
    assert (answers["A2"]["channel"], answers["A2"]["why"]) == ("online", ["slow"])
    assert (answers["A3"]["channel"], answers["A3"]["channel_other"]) == ("else", "ทางไปรษณีย์")
    assert answers["A4"]["why"] == ["slow", "rude"]
    days = set(Response.objects.values_list("mode", "submitted_on__day", "state"))
    assert days == {("import", 30, "complete"), ("import", 2, "complete")}


def test_rows_without_reference_are_known_by_what_they_say(wave):
    alike = "channel,overall\ncounter,4\ncounter,4\nonline,3\n"

    first, again = taken(wave, alike), taken(wave, alike)

    assert (first.accepted, again.accepted, again.unchanged) == (3, 0, 3)


def test_wrong_rows_name_column_and_mend_and_hold_nobody_up(wave, english):
    rows = (
        "B1,,moon,9,,,,,\n"  # other words are those of “other”; 9 is no point
        "B2,,counter,,,,,,\n"
        "B3,2570-13-01,counter,4,,,,,\n"
        "B3,,counter,4,maybe,,,,\n"
        "B5,,counter,4,,,,,\n"
        "B5,,counter,5,,,,,\n"
    )

    result = taken(wave, HEAD + rows)

    assert (result.rows, result.accepted, result.rejected) == (6, 1, 5)
    assert [(each.row, each.column, each.sentence) for each in result.errors] == [
        (2, "overall", "“9” is no point of this scale. Write 1–5."),
        (3, "overall", "Choose an answer; this question is needed."),
        (4, "submitted_on", "“2570-13-01” is not a date. Write it as 31/12/2569 or 2026-12-31."),
        (5, "why/slow", "“maybe” is neither yes nor no. Write 1 or 0."),
        (7, "reference", "Row 6 has the same reference. Keep one of the two."),
    ]


def test_columns_are_guessed_by_code_words_and_row_in_brackets():
    header = ["ใช้บริการทางใด", "Overall satisfaction", "ความพึงพอใจรายด้าน [ขั้นตอน]", "why/slow", "x"]

    assert guess(Document.read(DOCUMENT), header) == {
        "channel": "ใช้บริการทางใด",
        "overall": "Overall satisfaction",
        "parts_steps": "ความพึงพอใจรายด้าน [ขั้นตอน]",
        "why/slow": "why/slow",
    }


def test_anonymous_rows_keep_no_reference_and_no_instant(wave):
    hidden = WaveFactory.create(version__survey=SurveyFactory.create(is_anonymous=True))

    taken(hidden, HEAD + ROWS)
    again = taken(hidden, HEAD + ROWS)

    kept = Response.objects.filter(wave=hidden)
    assert again.unchanged == 3
    assert {len(row.reference) for row in kept} == {34}
    assert {row.submitted_at for row in kept} == {None}


def test_file_without_questions_and_wave_in_preparation_are_refused(wave, english):
    with pytest.raises(Refused, match="No column of the file is a question"):
        taken(wave, "a,b\n1,2\n")
    with pytest.raises(Refused, match="no column “x”"):
        taken(wave, "overall\n1\n", chosen={"overall": "x"})
    Wave.objects.filter(pk=wave.pk).update(state="draft", opened_at=None)
    with pytest.raises(Refused, match="not open yet"):
        taken(wave, HEAD + ROWS)


def test_command_prints_json_and_refuses_with_a_sentence(wave, tmp_path, capsys):
    file = tmp_path / "answers.csv"
    file.write_text("\ufeff" + HEAD + ROWS + "A9,,counter,8,,,,,\n", encoding="utf-8")

    call_command("import_responses", "sat", str(file))

    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("survey", "wave", "rows", "accepted", "rejected")} == {
        "survey": "sat",
        "wave": wave.code,
        "rows": 4,
        "accepted": 3,
        "rejected": 1,
    }
    assert [(each["row"], each["column"]) for each in told["errors"]] == [(5, "overall")]
    for wrong in (("none", str(file)), ("sat", str(tmp_path / "nothing.csv"))):
        with pytest.raises(CommandError):
            call_command("import_responses", *wrong)


@time_machine.travel(NOW, tick=False)
def test_person_uploads_looks_imports_and_mends(client, wave):
    officer = StaffFactory.create(unit=wave.survey.unit)
    client.force_login(officer)
    start = f"/surveys/waves/{wave.pk}/import/"
    file = SimpleUploadedFile("a.csv", (HEAD + ROWS + "A9,,counter,8,,,,,\n").encode())

    looked = client.post(start, {"file": file})
    page = client.get(looked.url)
    chosen = {
        name: column for name, column in page.context["form"].found.items() if "/" not in name
    }
    job_page = client.post(looked.url, {**chosen, "start": "1"})
    job = Job.objects.get(kind="survey_import")
    tasks.import_responses(job.pk)
    job.refresh_from_db()
    result = client.get(job.url)
    mend = b"".join(client.get(f"{job.url}rejected.csv").streaming_content).decode()

    assert (page.context["result"].accepted, page.context["result"].rejected) == (3, 1)
    assert job_page.status_code == 302
    assert (job.state, job.result["accepted"], Response.objects.count()) == ("done", 3, 3)
    assert [row.column for row in result.context["rows"]] == ["overall"]
    assert (RejectedRow.objects.get().row, mend.count("A9")) == (5, 1)
    client.force_login(StaffFactory.create(unit=UnitFactory.create()))
    assert client.get(start).status_code == 404
    assert client.get(job.url).status_code == 404
