"""The list, the survey's page, the builder and the preview, through the browser's door."""

import pytest
from django.test import Client
from django.urls import reverse

from agency.models import AuditEntry, Role
from surveys import lifecycle
from surveys.lifecycle import seeding
from surveys.models import Question, Survey
from surveys.rendering import Document
from surveys.selectors import drafts
from tests.factories.agency import AdminFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.surveys import DOCUMENT, NOW, SurveyFactory

pytestmark = pytest.mark.django_db
POINTS = {"options-TOTAL_FORMS": "3", "options-INITIAL_FORMS": "0"}


@pytest.fixture
def officer():
    """An officer."""
    return StaffFactory.create(language="en")


@pytest.fixture
def browser(officer):
    """The officer's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    return client


@pytest.fixture
def survey(officer):
    """The survey of `DOCUMENT` as a draft."""
    return lifecycle.begin(
        code="sat", unit=officer.unit, by=officer, at=NOW, title_th="ก", document=DOCUMENT
    )


def url(name, *args):
    return reverse(f"surveys:{name}", args=args)


def words(response):
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_little_for_three_as_for_one(
    browser, officer, count, django_assert_num_queries
):
    SurveyFactory.create_batch(count, unit=officer.unit, owner=officer)
    browser.get(url("list"))

    with django_assert_num_queries(4):
        page = words(browser.get(url("list")))

    assert page.count("row-link") == count


def test_another_unit_finds_nothing_and_readers_change_nothing(browser, survey, officer):
    stranger, auditor = (
        StaffFactory.create(unit=UnitFactory.create()),
        StaffFactory.create(unit=officer.unit, roles=[Role.AUDITOR]),
    )
    names = ["detail", "builder", "preview", "preview_frame"]
    names += ["settings", "share", "copy", "publish"]

    browser.force_login(stranger)
    assert {browser.get(url(name, survey.pk)).status_code for name in names} == {404}
    browser.force_login(auditor)
    assert [browser.get(url(name, survey.pk)).status_code for name in names] == [
        *(200, 200, 200, 200),
        *(403, 403, 403, 403),
    ]
    assert browser.post(url("add_section", survey.pk)).status_code == 403
    assert browser.get(url("add_section", survey.pk)).status_code == 405


def test_survey_is_begun_built_and_published(browser):
    answer = browser.post(
        url("new"), {"code": "visit", "title_th": "การมาติดต่อ", "kind": "satisfaction"}
    )
    survey = Survey.objects.get(code="visit")
    section = survey.sections.get()
    assert answer.url == url("builder", survey.pk)

    kind = url("add_question", survey.pk, section.pk, "single")
    lines = {
        **POINTS,
        "options-0-place": "2",
        "options-0-text_th": "ออนไลน์",
        "options-1-place": "1",
        "options-1-code": "desk",
        "options-1-text_th": "เคาน์เตอร์",
        "options-2-text_th": "",
    }
    browser.post(kind, {"code": "way", "text_th": "มาทางใด", **lines})

    asked = survey.questions.get()
    assert [(option.code, str(option)) for option in asked.options.all()] == [
        ("desk", "เคาน์เตอร์"),
        ("a1", "ออนไลน์"),
    ]
    published = browser.post(url("publish", survey.pk), {"note": "แรก"})
    assert published.url == url("detail", survey.pk)
    document = browser.get(url("definition", survey.pk, 1)).json()["document"]
    assert [column.code for column in Document.read(document).columns()] == ["way"]


def test_question_is_edited_in_place_and_mistakes_keep_what_was_typed(browser, survey):
    asked = survey.questions.get(code="comment")
    address = url("question", survey.pk, asked.pk)

    wrong = browser.post(address, {"code": "ก", "text_th": "พิมพ์ไว้"}, headers={"HX-Request": "true"})
    taken = browser.post(address, {"code": "overall", "text_th": "พิมพ์ไว้"})
    right = browser.post(
        address, {"code": "comment", "text_th": "ใหม่"}, headers={"HX-Request": "true"}
    )

    assert "Write a code of small Latin letters" in words(wrong)
    assert "Another question has the code overall" in words(taken)
    assert all("พิมพ์ไว้" in words(page) for page in (wrong, taken))
    assert right.headers["HX-Retarget"] == "#outline"
    assert "ใหม่" in words(right)


def test_every_type_has_its_form(browser, survey):
    section = survey.sections.get(code="s1")
    for kind in ("scale", "matrix", "nps", "ranking", "number", "date", "text", "file", "multi"):
        page = browser.get(url("choose_type", survey.pk, section.pk), {"type": kind}, follow=True)
        assert page.status_code == 200, kind
        action = page.wsgi_request.path
        assert browser.post(action, {}).status_code == 200, "the form goes where it is taken"
    assert browser.get(url("choose_type", survey.pk, section.pk), {"type": "x"}).status_code == 404
    for asked in survey.questions.all():
        assert browser.get(url("question", survey.pk, asked.pk)).status_code == 200


def test_deletion_lists_what_refers_to_it(browser, survey):
    overall = survey.questions.get(code="overall")
    address = url("delete", survey.pk, "question", overall.pk)

    assert "why: " in words(browser.get(address))
    browser.post(address, {"confirmed": "1"})

    assert not Question.objects.filter(pk=overall.pk).exists()


def test_rule_is_written_in_words(browser, survey):
    comment = survey.questions.get(code="comment")
    address = url("rule", survey.pk, "question", comment.pk)
    assert "channel=counter" in words(browser.get(address))

    wrong = browser.post(
        address, {"match": "all", "answer0": "overall=", "operator0": "at_most", "typed0": ""}
    )
    browser.post(
        address,
        {
            "match": "any",
            "answer0": "parts_staff=2",
            "operator0": "at_most",
            "answer1": "channel=",
            "operator1": "answered",
        },
    )

    assert "Write what the answer is compared with" in words(wrong)
    document = drafts.document_of(survey)
    assert document["sections"][1]["questions"][-1]["rule"] == {
        "match": "any",
        "conditions": [
            {"column": "parts_staff", "operator": "at_most", "value": "2"},
            {"column": "channel", "operator": "answered", "value": ""},
        ],
    }
    assert "parts_staff=2" in words(browser.get(address))


def test_order_changes_by_button_and_by_drop_and_refusals_are_said(browser, survey):
    channel = survey.questions.get(code="channel")
    first, second = survey.sections.order_by("position")

    browser.post(url("move", survey.pk, "question", channel.pk), {"to": "down"})
    assert [one.code for one in first.questions.all()] == ["overall", "channel"]
    browser.post(
        url("move", survey.pk, "question", channel.pk), {"section": second.pk, "place": "1"}
    )
    assert [one.code for one in second.questions.all()][:2] == ["why", "channel"]
    refused = browser.post(
        url("move", survey.pk, "section", first.pk), {"to": "down"}, headers={"HX-Request": "true"}
    )
    assert "It is shown by the answer to overall" in words(refused)
    lost = browser.post(url("move", survey.pk, "question", channel.pk), {"section": "x"})
    assert lost.status_code == 404


def test_sections_settings_copy_and_archive(browser, survey):
    browser.post(url("add_section", survey.pk))
    section = survey.sections.get(code="s3")
    browser.post(url("section", survey.pk, section.pk), {"text_th": "ท้าย", "text_en": "End"})
    browser.post(
        url("settings", survey.pk), {"title_th": "ใหม่", "kind": "other", "is_anonymous": "on"}
    )
    copied = browser.post(url("copy", survey.pk), {"code": "sat"})
    browser.post(url("copy", survey.pk), {"code": "second"})

    section.refresh_from_db()
    survey.refresh_from_db()
    assert (str(section), survey.title_th, survey.is_anonymous) == ("ท้าย", "ใหม่", True)
    assert "There is a survey with the code sat already" in words(copied)
    assert Survey.objects.get(code="second").is_anonymous
    for is_archived in (True, False):
        browser.post(url("archive", survey.pk))
        survey.refresh_from_db()
        assert bool(survey.archived_at) is is_archived


def test_bank_is_copied_from_and_changed_by_administrators_only(browser, survey, officer):
    seeding.seed(NOW)
    assert seeding.seed(NOW) == 0
    bank = Survey.objects.get(code="bank_engagement")
    section = survey.sections.get(code="s2")
    chosen = Question.objects.get(survey=bank, code="engaged")

    assert "Engagement" in words(browser.get(url("take", survey.pk, section.pk)))
    browser.post(url("take", survey.pk, section.pk), {"question": chosen.pk})
    assert survey.questions.get(code="engaged").rows.count() == 4
    assert browser.get(url("bank")).status_code == 200
    assert browser.post(url("add_section", bank.pk)).status_code == 403
    assert browser.get(url("detail", bank.pk)).url == url("builder", bank.pk)
    browser.force_login(AdminFactory.create())
    assert browser.post(url("add_section", bank.pk)).status_code == 302
    assert browser.get(url("detail", survey.pk)).status_code == 404


def test_preview_walks_through_the_draft_and_keeps_nothing(browser, survey):
    address = url("preview_frame", survey.pk)
    first = browser.get(address)
    assert first.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in first.headers["Content-Security-Policy"]

    shown = {"page": "s1", "shown": ["channel", "overall"], "answers": "{}"}
    wrong = browser.post(address, shown)
    second = browser.post(address, {**shown, "channel": "online", "overall": "1"})
    nonsense = browser.post(address, {"answers": "[["})

    assert "Please check these points" in words(wrong)
    assert "Why not" in words(second)
    assert "How were you served" in words(nonsense)


def test_supervisor_above_publishes_what_is_ready_and_is_told_what_is_not(browser, officer):
    empty = lifecycle.begin(code="e", unit=officer.unit, by=officer, at=NOW, title_th="ก")
    browser.force_login(SupervisorFactory.create(unit=officer.unit, language="en"))

    page = words(browser.get(url("publish", empty.pk)))
    refused = words(browser.post(url("publish", empty.pk)))

    assert "There is no question yet. Add one." in page
    assert "There is no question yet. Add one." in refused


def test_results_are_shared_with_chosen_units_and_taken_away_again(
    browser, survey, officer, english
):
    beside, below = UnitFactory.create(), UnitFactory.create(parent=officer.unit)
    reader = Client()
    reader.force_login(StaffFactory.create(unit=beside))
    browser.force_login(SupervisorFactory.create(unit=officer.unit, language="en"))

    form = words(browser.get(url("share", survey.pk)))
    browser.post(url("share", survey.pk), {"units": [beside.pk]})
    seen = [reader.get(url(name, survey.pk)).status_code for name in ("detail", "share")]
    told = words(browser.get(url("detail", survey.pk)))
    browser.post(url("share", survey.pk), {})

    assert (beside.name in form, below.name in form) == (True, False)
    assert (seen, beside.name in told) == ([200, 403], True)
    assert reader.get(url("detail", survey.pk)).status_code == 404
    entries = AuditEntry.objects.filter(verb="survey_shared").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"added": [beside.pk], "taken_away": []},
        {"added": [], "taken_away": [beside.pk]},
    ]


def test_a_share_that_changes_nothing_is_not_written_down_and_an_archived_survey_refuses(
    browser, survey, officer
):
    browser.force_login(SupervisorFactory.create(unit=officer.unit, language="en"))
    browser.post(url("share", survey.pk), {})
    lifecycle.archive(survey, by=officer, at=NOW)
    refused = browser.post(url("share", survey.pk), {})

    assert not AuditEntry.objects.filter(verb="survey_shared").exists()
    assert "The survey is archived. Take it out of the archive first." in words(refused)
