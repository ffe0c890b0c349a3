"""Paper: numbered sheets are keyed by two people, differences settled by name, each sheet counted once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from agency.models import AuditEntry
from agency.refusal import Refused
from surveys import lifecycle
from surveys.models import Discrepancy, Keying, Mode, Response, Wave
from surveys.rendering import Document, parts_of, read_sheet, typed_of
from surveys.selectors import paper as selectors
from surveys.selectors.paper import sheet_name, sheet_number
from tests.factories.agency import StaffFactory
from tests.factories.surveys import DOCUMENT, NOW, QuotaFactory, SurveyFactory, WaveFactory

pytestmark = pytest.mark.django_db
QUESTIONS = Document.read(DOCUMENT)
GOOD = {"channel": "2", "overall": "4", "parts_steps": "5", "parts_staff": "-", "recommend": "10"}


@pytest.fixture
def clerks(client):
    first = StaffFactory.create()
    client.force_login(first)
    return [first, *StaffFactory.create_batch(2, unit=first.unit)]


def batch_of(clerk, **more):
    survey = SurveyFactory.create(unit=clerk.unit, **more)
    wave = WaveFactory.create(version__survey=survey, modes=[Mode.PAPER, Mode.LINK])
    return lifecycle.print_sheets(wave, count=20, by=clerk, at=NOW)


def keyed(batch, number, by, **typed):
    answers = read_sheet(selectors.document_of(batch), GOOD | typed).answers
    return lifecycle.key_in(batch, number=number, answers=answers, by=by, at=NOW)


def test_typed_numbers_become_answers_and_back(english):
    typed = {"channel": "3", "channel_other": "ทางไปรษณีย์", "overall": "๒", "why": "12"}

    reading = read_sheet(QUESTIONS, GOOD | typed)

    assert (reading.problems, reading.answers["why"]) == ([], ["slow", "rude"])
    assert (reading.answers["channel"], reading.answers["overall"]) == ("else", 2)
    assert (reading.answers["parts_staff"], reading.answers["recommend"]) == ("na", 10)
    back = typed_of(QUESTIONS, reading.answers)
    assert back == GOOD | typed | {"overall": "2", "why": "1 2"}


def test_empty_stays_empty_and_what_does_not_fit_is_said(english):
    assert read_sheet(QUESTIONS, {}).is_done

    wrong = {"channel": "9", "overall": "6", "parts_steps": "x", "channel_other": "y", "why": "13"}
    told = {each.column: each.sentence for each in read_sheet(QUESTIONS, wrong).problems}

    assert told == {
        "channel": "Type 1–3 as printed on the sheet.",
        "overall": "Type 1–5 as printed on the sheet.",
        "parts_steps": "Type 1–5, or “-” for “not applicable”.",
        "channel_other": "These words belong to choice 3. Type it too, or empty this box.",
    }
    alone = read_sheet(QUESTIONS, {"overall": "1", "why": "1 3"}).problems
    assert [each.column for each in alone] == ["why"]


def test_places_of_a_ranking_are_typed_from_top_to_bottom():
    item = {
        **DOCUMENT["sections"][1]["questions"][0],
        "code": "order",
        "type": "ranking",
        "rule": None,
    }
    part = {**DOCUMENT["sections"][0], "questions": [item]}
    questions = Document.read({**DOCUMENT, "sections": [part]})

    assert read_sheet(questions, {"order": "2 1 -"}).answers == {"order": ["rude", "slow"]}
    assert [
        len(read_sheet(questions, {"order": typed}).problems) for typed in ("11", "4", "1234")
    ] == [1] * 3


def test_sheet_says_in_numbers_what_a_rule_asks(english):
    why = parts_of(QUESTIONS, language="en")[1].blocks[0]

    assert (why.number, why.only_if) == (3, "Only if question 2 is 2 (Level 2) or less")


def test_check_digit_tells_a_slip_from_a_sheet():
    assert [sheet_number(sheet_name(number)) for number in (1, 12, 500)] == [1, 12, 500]
    assert (sheet_name(12), sheet_number("๐๐๑๒-๕")) == ("0012-5", 12)
    assert [sheet_number(text) for text in ("0021-5", "12", "", "x")] == [None] * 4


def test_two_alike_keyings_are_one_counted_response(clerks, english):
    batch = batch_of(clerks[0])
    QuotaFactory.create(wave=batch.wave, value="online", limit=5)

    first = keyed(batch, 3, clerks[0])
    again = keyed(batch, 3, clerks[0])
    second = keyed(batch, 3, clerks[1])
    repeated = keyed(batch, 3, clerks[1])

    response = Response.objects.get()
    assert (first.number, again.number, second.is_done, repeated.is_done) == (1, 1, True, True)
    assert (response.state, response.reference, response.keyed_by) == (
        "complete",
        "0003-4",
        clerks[0],
    )
    assert (response.mode, Keying.objects.count()) == ("paper", 2)
    assert batch.wave.quotas.get().filled_count == 1
    with pytest.raises(Refused, match="Two people have keyed"):
        keyed(batch, 3, clerks[2])
    with pytest.raises(Refused, match="0001-8 to 0020-8"):
        keyed(batch, 21, clerks[2])


def test_differences_are_settled_by_name_before_the_sheet_counts(clerks, english):
    batch = batch_of(clerks[0])
    keyed(batch, 1, clerks[0], overall="3")
    keyed(batch, 1, clerks[0], overall="4")  # corrected while nobody else has keyed

    told = keyed(batch, 1, clerks[1], overall="2", parts_steps="")

    response = Response.objects.get()
    sheet = selectors.differing(batch.wave)[0]
    assert (told.differences, response.state) == (2, "partial")
    assert [(each.column, each.first, each.second) for each in sheet.places] == [
        ("overall", "4 · Level 4", "2 · Level 2"),
        ("parts_steps", "5 · Level 5", "nothing"),
    ]
    with pytest.raises(Refused, match="so has somebody else"):
        keyed(batch, 1, clerks[0], overall="1")

    lifecycle.settle_differences(
        response, values={"overall": 2, "parts_steps": None}, by=clerks[2], at=NOW
    )

    response.refresh_from_db()
    assert (response.state, response.answers["overall"]) == ("complete", 2)
    assert "parts_steps" not in response.answers
    assert {row.settled_by for row in Discrepancy.objects.all()} == {clerks[2]}
    with pytest.raises(Refused, match="Nothing is left"):
        lifecycle.settle_differences(response, values={}, by=clerks[2], at=NOW)


def test_anonymous_sheet_keeps_the_day_alone(clerks):
    batch = batch_of(clerks[0], is_anonymous=True)

    keyed(batch, 1, clerks[0])
    keyed(batch, 1, clerks[1], overall="5")
    lifecycle.settle_differences(
        Response.objects.get(), values={"overall": 5}, by=clerks[2], at=NOW
    )

    response, row = Response.objects.get(), Discrepancy.objects.get()
    instants = {f"{at.astimezone():%H:%M:%S}" for at in Keying.objects.values_list("at", flat=True)}
    assert (response.state, response.submitted_at) == ("complete", None)
    assert len(instants) == 1
    assert row.settled_at == Keying.objects.first().at != NOW
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["sheets_printed"]


def test_sheets_are_printed_while_the_wave_runs_and_numbers_never_twice(clerks, english):
    batch = batch_of(clerks[0])
    wave = batch.wave

    later = lifecycle.print_sheets(wave, count=2, by=clerks[0], at=NOW)

    assert (later.first_number, later.last_number) == (21, 22)
    with pytest.raises(Refused, match="1–500"):
        lifecycle.print_sheets(wave, count=501, by=clerks[0], at=NOW)
    Wave.objects.filter(pk=wave.pk).update(modes=[Mode.LINK])
    with pytest.raises(Refused, match="Paper is not"):
        lifecycle.print_sheets(wave, count=1, by=clerks[0], at=NOW)


def test_voided_sheet_is_keyed_anew(clerks):
    batch = batch_of(clerks[0])
    for clerk in clerks[:2]:
        keyed(batch, 1, clerk)
    lifecycle.void(Response.objects.get(), reason="ผิดแผ่น", by=clerks[0], at=NOW)

    keyed(batch, 1, clerks[0])
    progress = selectors.batches(batch.wave)[0]

    assert sorted(Response.objects.values_list("state", flat=True)) == ["partial", "void"]
    assert (progress.missing, progress.once, progress.differing, progress.done) == (19, 1, 0, 0)


@time_machine.travel(NOW, tick=False)
def test_desk_keys_settles_and_loses_nothing_typed(client, clerks):
    batch = batch_of(clerks[0])
    key, desk = batch.get_absolute_url(), f"/surveys/waves/{batch.wave_id}/paper/"

    slip = client.post(key, {**GOOD, "sheet": "0002-1"})
    range_ = client.post(key, {**GOOD, "sheet": "0002-6", "overall": "7"})
    client.post(key, {**GOOD, "sheet": "0002-6"})
    client.force_login(clerks[1])
    told = client.post(key, {**GOOD, "sheet": "26", "overall": "5"}, follow=True)
    shown = client.get(f"{desk}differences/").context["sheets"][0]
    undecided = client.post(f"{desk}differences/{shown.response.pk}/", follow=True)
    place = shown.places[0].pk
    client.post(
        f"{desk}differences/{shown.response.pk}/", {f"d-{place}": "other", f"t-{place}": "3"}
    )

    assert slip.context["wrong"]
    assert slip.context["parts"][0].blocks[0].boxes[0].typed == "2"
    assert [label for _anchor, label, _words in range_.context["mends"]] == ["ความพึงพอใจโดยรวม"]
    assert [m.level_tag for m in told.context["messages"]][-1] == "warning"
    assert [m.level_tag for m in undecided.context["messages"]] == ["error"]
    assert Response.objects.get().answers["overall"] == 3
    assert client.get(desk).context["batches"][0].done == 1


def test_readers_key_nothing_and_strangers_see_nothing(client, clerks):
    batch = batch_of(clerks[0])
    auditor = StaffFactory.create(unit=clerks[0].unit, roles=["auditor"])
    pages = [
        f"/surveys/waves/{batch.wave_id}/paper/",
        batch.get_absolute_url(),
        f"/surveys/waves/{batch.wave_id}/paper/differences/",
        f"{batch.get_absolute_url()}sheets-1.pdf",
    ]
    found = {}
    for name, staff in (("auditor", auditor), ("stranger", StaffFactory.create())):
        client.force_login(staff)
        found[name] = {client.get(page).status_code for page in pages}

    assert found == {"auditor": {403}, "stranger": {404}}


def test_printed_sheets_carry_number_and_choices(client, clerks):
    pdfium = pytest.importorskip("pypdfium2")
    wave = batch_of(clerks[0]).wave
    batch = lifecycle.print_sheets(wave, count=2, by=clerks[0], at=NOW)

    pdf = client.get(f"{batch.get_absolute_url()}sheets-1.pdf?in=en")
    beyond = client.get(f"{batch.get_absolute_url()}sheets-2.pdf")
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf.content)]

    assert ("0021-6" in pages[0], any("0022-4" in page for page in pages)) == (True, True)
    assert "Only if question 2" in "".join(pages)
    assert beyond.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_four_clerks_at_once_make_one_response_a_sheet():
    clerks = StaffFactory.create_batch(4)
    batch = batch_of(clerks[0])

    def key_all(clerk):
        try:
            for number in range(1, 6):
                try:
                    keyed(batch, number, clerk)
                except Refused:
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(key_all, clerks))

    assert Response.objects.counted().count() == 5
    assert Keying.objects.count() == 10
