"""A questionnaire and answers, turned into pages, questions and sentences."""

import pytest
from django.http import QueryDict

from surveys.rendering import (
    Document,
    Problem,
    check,
    fields_of,
    mends_of,
    page_after,
    page_before,
    piped,
    read_item,
    read_page,
    relevant,
    shown_items,
)
from surveys.rendering.showing import holds
from tests.factories.surveys import DOCUMENT, text

READ = Document.read(DOCUMENT)
FIRST, SECOND = READ.pages


def document_of(*questions):
    """Return a questionnaire of one page."""
    return Document.read(
        {**DOCUMENT, "sections": [{"code": "s1", "text": text("ก"), "questions": list(questions)}]}
    )


def ask(type_, **facts):
    """Return a question called q."""
    return {"code": "q", "type": type_, "text": text("ถาม"), **facts}


def codes(items):
    return [item.code for item in items]


@pytest.mark.parametrize(
    ("operator", "value", "answer", "expected"),
    [
        ("is", "2", 2, True),
        ("is", "a", ["a", "b"], True),
        ("is", "a", None, False),
        ("is_not", "a", None, True),
        ("is_not", "a", "a", False),
        ("at_most", "2", 2, True),
        ("at_most", "2", "na", False),
        ("at_most", "2", None, False),
        ("at_least", "2026-10-01", "2026-11-02", True),
        ("at_least", "10", 9, False),
        ("answered", "", 0, True),
        ("answered", "", [], False),
        ("not_answered", "", None, True),
    ],
)
def test_condition_compares_as_its_words_say(operator, value, answer, expected):
    test = READ.pages[1].items[0].rule.tests[0].__class__("x", operator, value)

    assert holds(test, {} if answer is None else {"x": answer}) is expected


def test_questions_are_shown_by_earlier_answers_and_hidden_answers_fall_away():
    unhappy, happy = {"overall": 2, "why": ["slow"]}, {"overall": 4, "why": ["slow"]}

    assert codes(shown_items(SECOND, unhappy)) == ["why", "parts", "recommend", "comment"]
    assert codes(shown_items(SECOND, happy)) == ["parts", "recommend", "comment"]
    assert relevant(READ, unhappy) == unhappy
    assert relevant(READ, happy) == {"overall": 4}
    assert page_after(READ, {}, "") == FIRST
    assert page_after(READ, {}, "s1") == SECOND
    assert page_after(READ, {}, "s2") is None
    assert (page_before(READ, {}, "s2"), page_before(READ, {}, "s1")) == (FIRST, None)


def test_page_is_read_into_typed_answers():
    sent = QueryDict(
        "shown=why&shown=parts&shown=recommend&shown=comment"
        "&why=slow&why=rude&parts_steps=5&parts_staff=na&recommend=0&comment=+"
    )

    reading = read_page(READ, SECOND, sent, {"channel": "online", "overall": 1})

    assert reading.is_done
    assert reading.answers == {
        "channel": "online",
        "overall": 1,
        "why": ["slow", "rude"],
        "parts_steps": 5,
        "parts_staff": "na",
        "recommend": 0,
    }


def test_question_that_appears_by_an_answer_of_its_own_page_is_shown_before_going_on():
    hidden = ask("text", is_required=True) | {
        "rule": {"match": "all", "conditions": [{"column": "n", "operator": "is", "value": "1"}]}
    }
    both = document_of({"code": "n", "type": "number", "text": text("เลข")}, hidden)

    reading = read_page(both, both.pages[0], QueryDict("shown=n&n=1"), {})

    assert (codes(reading.appeared), reading.problems, reading.is_done) == (["q"], [], False)
    assert read_page(both, both.pages[0], QueryDict("shown=n&n=2"), {}).is_done


def test_missing_answers_are_said_with_a_way_to_each(english):
    sent = QueryDict("shown=channel&shown=overall&channel=else")

    reading = read_page(READ, FIRST, sent, {})
    fields = fields_of(
        READ, FIRST, reading.answers, language="en", sent=sent, problems=reading.problems
    )

    assert [(mend.anchor, mend.label, mend.sentence) for mend in mends_of(fields)] == [
        (
            "f-channel_other",
            "How were you served",
            "Say in words what you mean by the last choice.",
        ),
        (
            "f-overall-1",
            "Overall satisfaction",
            "Choose an answer; this question is needed.",
        ),
    ]
    assert [control.is_chosen for control in fields[0].controls] == [False, False, True]


@pytest.mark.parametrize(
    ("question", "sent", "sentence"),
    [
        (ask("number"), "q=สิบ", "Write a number in digits, as in 12."),
        (ask("number"), "q=nan", "Write a number in digits, as in 12."),
        (ask("number"), "q=1.5", "Write a whole number."),
        (ask("number", decimals=1), "q=1.25", "Write at most 1 decimal place."),
        (ask("number", minimum=18), "q=๑๗", "Write 18 or more."),
        (ask("number", maximum=99), "q=1,000", "Write 99 or less."),
        (ask("date"), "q=31/2/2569", "Write a date as day/month/year, as in 7/10/2569."),
        (ask("date", earliest="2026-10-01"), "q=30/9/2569", "Write 1 Oct 2026 or a later date."),
        (ask("date", latest="2026-10-01"), "q=2/10/2569", "Write 1 Oct 2026 or an earlier date."),
        (ask("text", maximum=3), "q=abcd", "The text has 4 characters. Shorten it to 3."),
        (ask("text", minimum=3), "q=ab", "Write 3 characters or more."),
        (ask("text", is_required=True), "q=+", "Write an answer; this question is needed."),
        (ask("file", is_required=True), "", "Attach a file; this question is needed."),
        (ask("number", is_required=True), "", "Fill this in; this question is needed."),
        (ask("nps"), "q=11", "This is not one of the choices. Choose again."),
        (ask("single"), "q=x", "This is not one of the choices. Choose again."),
        (ask("multi"), "q=x", "This is not one of the choices. Choose again."),
    ],
)
def test_what_does_not_fit_is_said(english, question, sent, sentence):
    document = document_of(question)

    reading = read_page(document, document.pages[0], QueryDict(f"shown=q&{sent}"), {})

    assert reading.problems == [Problem("q", sentence)]


CHOICES = [
    {"code": "a", "text": text("เอ", "A")},
    {"code": "b", "text": text("บี", "B")},
    {"code": "none", "text": text("ไม่มี", "None"), "is_exclusive": True},
]


@pytest.mark.parametrize(
    ("facts", "sent", "sentence"),
    [
        ({"minimum": 2}, "q=a", "Choose 2 or more."),
        ({"minimum": 2}, "q=none", None),
        ({"maximum": 1}, "q=a&q=b", "Choose at most 1."),
        ({}, "q=a&q=none", "One of these choices stands alone. Take it away, or all the others."),
        ({}, "q=b&q=a", None),
    ],
)
def test_several_choices_keep_their_bounds(english, facts, sent, sentence):
    document = document_of(ask("multi", options=CHOICES, **facts))

    reading = read_page(document, document.pages[0], QueryDict(f"shown=q&{sent}"), {})

    assert reading.problems == ([Problem("q", sentence)] if sentence else [])


@pytest.mark.parametrize(
    ("sent", "order", "sentence"),
    [
        ("q.a=2&q.b=1&q.none=3", ["b", "a", "none"], None),
        ("q.a=1&q.b=1", None, "Two have place 1. Give each its own."),
        ("q.a=1", ["a"], "Give a place to 3 of these."),
    ],
)
def test_ranking_is_the_options_in_order(english, sent, order, sentence):
    document = document_of(ask("ranking", options=CHOICES, is_required=True))
    query = QueryDict(f"shown=q&{sent}")

    reading = read_page(document, document.pages[0], query, {})
    (field,) = fields_of(document, document.pages[0], reading.answers, language="en", sent=query)

    assert reading.answers.get("q") == order
    assert reading.problems == ([Problem("q", sentence)] if sentence else [])
    assert [control.value for control in field.controls] == [
        query.get(f"q.{code}", "") for code in ("a", "b", "none")
    ]


def test_kept_answers_are_drawn_again():
    everything = document_of(
        ask("ranking", options=CHOICES),
        {"code": "d", "type": "date", "text": text("วัน")},
        {"code": "f", "type": "file", "text": text("ไฟล์")},
        {"code": "m", "type": "multi", "text": text("หลาย"), "options": CHOICES},
    )
    answers = {"q": ["b", "a"], "d": "2026-10-07", "f": [4], "m": ["b"]}

    ranked, dated, filed, several = fields_of(
        everything, everything.pages[0], answers, language="th"
    )

    assert [control.value for control in ranked.controls] == ["2", "1", ""]
    assert list(ranked.places) == [1, 2, 3]
    assert dated.controls[0].value == "7 ต.ค. 2569"
    assert filed.files == [4]
    assert [control.is_chosen for control in several.controls] == [False, True, False]


def test_matrix_says_which_row_is_missing(english):
    question = next(
        item for item in DOCUMENT["sections"][1]["questions"] if item["type"] == "matrix"
    )
    document = document_of({**question, "is_required": True})
    sent = QueryDict("shown=parts&parts_steps=3")

    reading = read_page(document, document.pages[0], sent, {})
    fields = fields_of(
        document, document.pages[0], {}, language="en", sent=sent, problems=reading.problems
    )

    assert [mend.anchor for mend in mends_of(fields)] == ["f-parts_staff-1"]
    assert mends_of(fields)[0].label == "Parts of the service – Staff"
    assert [len(line.controls) for line in fields[0].lines] == [6, 6]


def test_whole_is_checked_without_what_is_hidden(english):
    assert [problem.column for problem in check(READ, {})] == ["channel", "overall"]
    assert check(READ, {"channel": "online", "overall": 5}) == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"channel": "online"}, "เรื่อง ออนไลน์ {x}"),
        ({}, "เรื่อง … {x}"),
    ],
)
def test_earlier_answers_are_put_into_texts(answers, expected):
    assert piped("เรื่อง {channel} {x}", READ, answers, language="th") == expected


def test_answers_are_said_as_a_person_would(english):
    said = "{why} / {parts_staff} / {when} / {overall}"
    document = Document.read(DOCUMENT)
    answers = {"why": ["slow", "rude"], "parts_staff": "na", "overall": 4}

    assert piped(said, document, answers, language="en") == (
        "Long wait, Rude / Not applicable / {when} / Level 4"
    )
    dated = document_of(ask("date"))
    assert piped("{q}", dated, {"q": "2026-10-07"}, language="en") == "7 Oct 2026"


def test_files_come_another_way():
    assert read_item(document_of(ask("file")).pages[0].items[0], QueryDict("q=4")) == ({}, [])
