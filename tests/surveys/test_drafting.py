"""Changing a draft: what is added, moved, refused, and written down."""

import pytest
from django.utils.translation import override

from agency.models import AuditEntry
from surveys import lifecycle
from surveys.lifecycle import ConditionDraft, OptionDraft, QuestionDraft, Refused
from surveys.models import Condition, Rule, Survey
from surveys.rendering import Document
from surveys.selectors import drafts
from tests.factories.agency import StaffFactory
from tests.factories.surveys import (
    DOCUMENT,
    NOW,
    ResponseFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(english):
    """Let refusals be read."""


@pytest.fixture
def by():
    """An officer."""
    return StaffFactory.create()


@pytest.fixture
def survey(by):
    """The survey of `DOCUMENT` as a draft."""
    return lifecycle.begin(code="sat", unit=by.unit, by=by, at=NOW, title_th="ก", document=DOCUMENT)


def order(survey):
    """Return the codes by section."""
    return [[one.code for one in part.questions.all()] for part in drafts.outline(survey)]


def verbs(survey):
    """Return what was written down about it."""
    return list(
        AuditEntry.objects.filter(object_id=survey.pk, content_type__model="survey")
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def question(survey, code):
    return survey.questions.get(code=code)


def test_document_becomes_rows_and_the_same_document_again(survey):
    document = drafts.document_of(survey)

    assert Document.read(document).pages == Document.read(DOCUMENT).pages
    assert verbs(survey) == ["begun"]


def test_code_of_another_survey_is_refused(survey, by):
    with pytest.raises(Refused, match="There is a survey with the code sat already"):
        lifecycle.begin(code="sat", unit=by.unit, by=by, at=NOW, title_th="ข")


def test_question_is_added_changed_and_counted(survey, by):
    section = survey.sections.get(code="s1")
    draft = QuestionDraft(
        code="age", type="number", text_th="อายุ", options=[OptionDraft(code="a", text_th="เอ")]
    )

    made = lifecycle.add_question(section, draft=draft, by=by, at=NOW)
    changed = QuestionDraft(code="years", type="number", text_th="อายุ (ปี)")
    lifecycle.change_question(made, draft=changed, by=by, at=NOW)

    assert order(survey)[0] == ["channel", "overall", "years"]
    assert question(survey, "years").options.count() == 0
    assert verbs(survey) == ["begun", "question_added", "question_changed"]
    survey.refresh_from_db()
    assert survey.draft_revision == 3
    with pytest.raises(Refused, match="Another question has the code years"):
        lifecycle.add_question(section, draft=changed, by=by, at=NOW)


def test_choice_that_a_rule_needs_is_not_taken_away(survey, by):
    asked = question(survey, "comment")
    rule = [ConditionDraft(source=question(survey, "channel"), operator="is", value="online")]
    lifecycle.write_rule(asked, match="all", conditions=rule, by=by, at=NOW)
    draft = QuestionDraft(
        code="channel", type="single", options=[OptionDraft(code="counter", text_th="เคาน์เตอร์")]
    )

    with pytest.raises(Refused, match="decides what is shown: comment"):
        lifecycle.change_question(question(survey, "channel"), draft=draft, by=by, at=NOW)
    lifecycle.write_rule(asked, match="all", conditions=[], by=by, at=NOW)
    lifecycle.change_question(question(survey, "channel"), draft=draft, by=by, at=NOW)


def test_code_that_a_text_puts_in_is_not_changed(survey, by):
    asked = question(survey, "comment")
    asked.text_th = "เพราะเหตุใดให้ {overall}"
    asked.save(update_fields=["text_th"])
    draft = QuestionDraft(code="all_in_all", type="scale")

    with pytest.raises(Refused, match="put into other texts: comment"):
        lifecycle.change_question(question(survey, "overall"), draft=draft, by=by, at=NOW)


def test_deleting_lists_what_refers_to_it_first(survey, by):
    overall = question(survey, "overall")

    with pytest.raises(Refused, match="Other places refer to it: why"):
        lifecycle.delete_question(overall, is_confirmed=False, by=by, at=NOW)
    assert Condition.objects.count() == 1
    lifecycle.delete_question(overall, is_confirmed=True, by=by, at=NOW)

    assert order(survey)[0] == ["channel"]
    assert (Condition.objects.count(), Rule.objects.count()) == (0, 0)


def test_section_is_deleted_with_what_is_in_it(survey, by):
    section = survey.sections.get(code="s2")

    lifecycle.delete_section(section, is_confirmed=False, by=by, at=NOW)

    assert order(survey) == [["channel", "overall"]]
    assert verbs(survey)[-1] == "section_deleted"


def test_questions_move_by_step_over_borders_and_by_place(survey, by):
    lifecycle.move_question(question(survey, "channel"), step=1, by=by, at=NOW)
    assert order(survey)[0] == ["overall", "channel"]
    lifecycle.move_question(question(survey, "channel"), step=1, by=by, at=NOW)
    assert order(survey)[1] == ["channel", "why", "parts", "recommend", "comment"]
    lifecycle.move_question(question(survey, "channel"), step=-1, by=by, at=NOW)
    assert order(survey)[0] == ["overall", "channel"]
    first = survey.sections.get(code="s1")
    lifecycle.place_question(question(survey, "comment"), section=first, place=0, by=by, at=NOW)
    assert order(survey)[0] == ["comment", "overall", "channel"]
    lifecycle.move_question(question(survey, "comment"), step=-1, by=by, at=NOW)
    assert order(survey)[0] == ["comment", "overall", "channel"]


def test_order_that_breaks_a_rule_is_refused(survey, by):
    sentence = "why: It is shown by the answer to overall, which does not come before it."

    with pytest.raises(Refused, match=sentence):
        lifecycle.move_section(survey.sections.get(code="s1"), step=1, by=by, at=NOW)
    with pytest.raises(Refused, match=sentence):
        lifecycle.place_question(
            question(survey, "overall"),
            section=survey.sections.get(code="s2"),
            place=9,
            by=by,
            at=NOW,
        )


def test_rule_asks_only_for_what_comes_before(survey, by):
    later = [ConditionDraft(source=question(survey, "comment"), operator="answered")]

    with pytest.raises(Refused, match="channel: It is shown by the answer to comment"):
        lifecycle.write_rule(
            question(survey, "channel"), match="all", conditions=later, by=by, at=NOW
        )


def test_sections_are_added_written_and_moved(survey, by):
    made = lifecycle.add_section(survey, text_th="ตอนใหม่", by=by, at=NOW)
    lifecycle.change_section(
        made, text_th="ท้าย", text_en="End", intro_th="ก", intro_en="a", by=by, at=NOW
    )
    lifecycle.move_section(made, step=-1, by=by, at=NOW)

    assert [part.code for part in drafts.outline(survey)] == ["s1", "s3", "s2"]
    made.refresh_from_db()
    assert (made.text_en, made.intro_th) == ("End", "ก")


def test_bank_gives_copies_under_free_codes(survey, by):
    bank = SurveyFactory.create(is_bank=True)
    section = lifecycle.add_section(bank, text_th="ชุด", by=by, at=NOW)
    draft = QuestionDraft(code="overall", type="nps", text_th="แนะนำ", dimension="recommend")
    held = lifecycle.add_question(section, draft=draft, by=by, at=NOW)

    made = lifecycle.take_from_bank(
        survey.sections.get(code="s1"), questions=[held, held], by=by, at=NOW
    )

    assert [one.code for one in made] == ["overall_1", "overall_2"]
    assert {one.dimension for one in made} == {"recommend"}
    with pytest.raises(Refused, match="question bank is not published"):
        lifecycle.publish(bank, by=by, at=NOW)


def test_publishing_freezes_and_numbers_versions(survey, by):
    first = lifecycle.publish(survey, by=by, at=NOW)

    with pytest.raises(Refused, match="Nothing has changed since version 1"):
        lifecycle.publish(survey, by=by, at=NOW)
    lifecycle.delete_question(question(survey, "comment"), is_confirmed=False, by=by, at=NOW)
    told = [found.sentence for found in drafts.findings(survey)]
    second = lifecycle.publish(survey, note="ไม่ถามข้อเสนอแนะ", by=by, at=NOW)

    first.refresh_from_db()
    assert [column.code for column in Document.read(first.document).columns()][-1] == "comment"
    assert (first.number, second.number, second.note) == (1, 2, "ไม่ถามข้อเสนอแนะ")
    assert told == ["No longer asked: comment. Earlier answers keep their columns."]
    assert verbs(survey)[-1] == "published"


def test_publishing_says_what_is_missing(by):
    empty = lifecycle.begin(code="empty", unit=by.unit, by=by, at=NOW, title_th="ก")

    with pytest.raises(Refused, match=r"There is no question yet\. Add one\."):
        lifecycle.publish(empty, by=by, at=NOW)


def test_published_code_keeps_its_type(survey, by):
    lifecycle.publish(survey, by=by, at=NOW)
    draft = QuestionDraft(code="comment", type="number", text_th="กี่ครั้ง")
    lifecycle.change_question(question(survey, "comment"), draft=draft, by=by, at=NOW)

    with pytest.raises(Refused, match="kept another kind of answer under comment"):
        lifecycle.publish(survey, by=by, at=NOW)


def test_copy_is_a_draft_of_ones_own_unit(survey):
    other = StaffFactory.create()

    made = lifecycle.copy(survey, code="copied", by=other, at=NOW)

    assert (made.unit, made.owner, order(made)) == (other.unit, other, order(survey))
    assert Condition.objects.filter(rule__survey=made).count() == 1
    assert verbs(made) == ["begun", "copied"]


def test_description_changes_but_not_anonymity_after_an_answer(survey, by):
    lifecycle.describe(survey, by=by, at=NOW, title_th="ใหม่", is_anonymous=True)
    survey.refresh_from_db()
    assert (survey.title_th, survey.is_anonymous) == ("ใหม่", True)

    ResponseFactory.create(wave=WaveFactory.create(version=VersionFactory.create(survey=survey)))
    with pytest.raises(Refused, match="Somebody has answered already"):
        lifecycle.describe(survey, by=by, at=NOW, is_anonymous=False)


def test_archive_waits_for_open_waves_and_ends_changes(survey, by):
    wave = WaveFactory.create()
    with pytest.raises(Refused, match="A wave is open"):
        lifecycle.archive(wave.survey, by=by, at=NOW)

    archived = lifecycle.archive(survey, by=by, at=NOW)
    with pytest.raises(Refused, match="The survey is archived"):
        lifecycle.add_section(archived, text_th="ก", by=by, at=NOW)
    assert survey not in Survey.objects.in_use()
    lifecycle.restore(archived, by=by, at=NOW)
    with pytest.raises(Refused, match="not archived"):
        lifecycle.restore(archived, by=by, at=NOW)
    assert survey in Survey.objects.in_use()


def test_refusals_are_said_in_thai_too(survey, by):
    with override("th"), pytest.raises(Refused, match="มีรหัส"):
        lifecycle.add_question(
            survey.sections.get(code="s1"),
            draft=QuestionDraft(code="overall", type="text"),
            by=by,
            at=NOW,
        )
