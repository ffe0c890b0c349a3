"""XLSForms in and out."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from agency.refusal import Refused
from surveys.lifecycle import xlsforms
from surveys.models import Survey
from surveys.rendering import Document
from surveys.selectors.xlsforms import xlsform
from tests.factories.agency import StaffFactory
from tests.factories.surveys import DOCUMENT, SurveyFactory


@pytest.fixture(autouse=True)
def _english(english):
    """Let sentences be read."""


def book(survey, choices=(), settings=()):
    """Return a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def test_questionnaire_comes_back_as_it_went():
    form = xlsforms.read(io.BytesIO(xlsform(Document.read(DOCUMENT))), name="sat.xlsx")

    assert (form.faults, form.code, form.question_count) == ([], "sat", 6)
    back, gone = Document.read(form.document()), Document.read(DOCUMENT)
    for returned, item in zip(back.items, gone.items, strict=True):
        assert returned.columns == item.columns
        assert (returned.type, returned.text, returned.rule) == (item.type, item.text, item.rule)
        assert (returned.options, returned.rows) == (item.options, item.rows)
        assert (returned.is_required, returned.dimension) == (item.is_required, item.dimension)


def test_faults_name_sheet_row_column_and_mend():
    file = book(
        [
            ["type", "name", "label", "relevant"],
            ["geopoint", "place", "ที่ใด", ""],
            ["text", "Ünï", "ชื่อ", ""],
            ["select_one none", "way", "ทางใด", ""],
            ["text", "why", "เพราะ", "count(${way}) > 3"],
            ["end_group", "", "", ""],
        ],
        [["list_name", "name", "label"], ["", "a", "เอ"]],
    )

    form = xlsforms.read(file, name="ก.xlsx")

    assert [(fault.sheet, fault.row, fault.column) for fault in form.faults] == [
        ("choices", 2, "list_name"),
        ("survey", 2, "type"),
        ("survey", 3, "name"),
        ("survey", 4, "type"),
        ("survey", 5, "relevant"),
        ("survey", 6, "type"),
    ]
    assert form.faults[3].mend == "The list “none” is not in the sheet choices. Add it there."


def test_file_that_is_no_form_is_refused():
    with pytest.raises(Refused, match="cannot be read as XLSX"):
        xlsforms.read(io.BytesIO(b"no"), name="x.xlsx")
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    with pytest.raises(Refused, match="no sheet called “survey”"):
        xlsforms.read(made, name="x.xlsx")


@pytest.mark.django_db
def test_command_begins_a_survey_and_prints_what_it_took(tmp_path, capsys):
    StaffFactory.create(username="somebody")
    path = tmp_path / "sat.xlsx"
    path.write_bytes(xlsform(Document.read(DOCUMENT)))

    call_command("import_xlsform", str(path), by="somebody")

    told = json.loads(capsys.readouterr().out)
    assert (told["survey"], told["questions"], told["errors"]) == ("sat", 6, [])
    assert Survey.objects.get().questions.count() == 6
    with pytest.raises(CommandError, match="There is a survey with the code sat already"):
        call_command("import_xlsform", str(path))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_xlsform", str(tmp_path / "nothing.xlsx"))


def sent(content, name="form.xlsx"):
    """Return an upload."""
    return {"file": SimpleUploadedFile(name, content)}


@pytest.mark.django_db
def test_person_looks_at_a_form_and_makes_the_draft(client):
    officer = StaffFactory.create()
    SurveyFactory.create(code="sat")
    client.force_login(officer)
    page = "/surveys/xlsform/"

    looked = client.post(page, sent(xlsform(Document.read(DOCUMENT))))
    told = {"file_token": looked.context["token"]}
    taken = client.post(page, {**told, "code": "sat"})
    made = client.post(page, {**told, "code": "sat_2570"})

    assert [block.number for part in looked.context["parts"] for block in part.blocks] == [
        *range(1, 7)
    ]
    assert "code" in taken.context["code_form"].errors
    survey = Survey.objects.get(code="sat_2570")
    assert (made.url, survey.questions.count()) == (f"/surveys/{survey.pk}/build/", 6)
    assert (survey.unit, survey.versions.count()) == (officer.unit, 0)


@pytest.mark.django_db
def test_page_says_what_to_mend_and_who_may_not_begin_gets_nothing(client):
    client.force_login(StaffFactory.create())
    page = "/surveys/xlsform/"
    bad = book([["type", "name", "label"], ["geopoint", "place", "ที่ใด"]]).read()

    faults = client.post(page, sent(bad)).context["read"].faults
    refused = client.post(page, sent(b"no workbook"))
    client.force_login(StaffFactory.create(roles=["auditor"]))

    assert [(each.sheet, each.row, each.column) for each in faults] == [("survey", 2, "type")]
    assert list(refused.context["form"].errors) == ["file"]
    assert client.get(page).status_code == 403
    assert Survey.objects.count() == 0
