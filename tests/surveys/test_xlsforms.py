"""XLSForms in and out."""

import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from agency.refusal import Refused
from surveys.lifecycle import xlsforms
from surveys.models import Survey
from surveys.rendering import Document
from surveys.selectors.xlsforms import xlsform
from tests.factories.agency import StaffFactory
from tests.factories.surveys import DOCUMENT


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
