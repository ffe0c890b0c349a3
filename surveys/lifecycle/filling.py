"""A document turned into rows of a draft: copying, importing, taking from the question bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from agency.models import Staff
from surveys.lifecycle.drafting import (
    OptionDraft,
    QuestionDraft,
    free_code,
    hold,
    note,
    owner_of,
    write_options,
)
from surveys.models import Condition, Question, Rule, Section, Survey
from surveys.selectors import drafts


def fill(survey: Survey, sections: Sequence[Mapping[str, Any]]) -> None:
    """Add the sections of a document behind those that are there; for a verb that holds the survey."""
    columns: dict[str, tuple[Question, str]] = {}
    rules: list[tuple[Section | Question, Mapping[str, Any]]] = []
    for data in sections:
        section = add(survey, data)
        rules.append((section, data.get("rule") or {}))
        for position, asked in enumerate(data["questions"]):
            question = add_copy(section, asked, position=position)
            columns[question.code] = (question, "")
            rows = [row["code"] for row in asked.get("rows", [])]
            columns |= {f"{question.code}_{row}": (question, row) for row in rows}
            rules.append((question, asked.get("rule") or {}))
    for part, rule in rules:
        write_rule(survey, part, rule, columns=columns)


def add(survey: Survey, data: Mapping[str, Any]) -> Section:
    """Add a section of a document at the end, under a free code."""
    codes = set(survey.sections.values_list("code", flat=True))
    last = survey.sections.aggregate(last=Max("position"))["last"]
    intro = data.get("intro") or {}
    return Section.objects.create(
        survey=survey,
        code=data["code"] if data["code"] not in codes else free_code("s", codes),
        position=0 if last is None else last + 1,
        text_th=data["text"].get("th", ""),
        text_en=data["text"].get("en", ""),
        intro_th=intro.get("th", ""),
        intro_en=intro.get("en", ""),
    )


def add_copy(section: Section, data: Mapping[str, Any], *, position: int) -> Question:
    """Add a question of a document."""
    draft = draft_of(data)
    question = Question.objects.create(
        survey=section.survey, section=section, position=position, **draft.facts
    )
    write_options(question, draft)
    return question


def draft_of(data: Mapping[str, Any], *, code: str = "") -> QuestionDraft:
    """Return a question of a document as if it had been written."""
    help_ = data.get("help") or {}
    return QuestionDraft(
        code=code or data["code"],
        type=data["type"],
        text_th=data["text"].get("th", ""),
        text_en=data["text"].get("en", ""),
        help_th=help_.get("th", ""),
        help_en=help_.get("en", ""),
        dimension=data.get("dimension", ""),
        is_required=data.get("is_required", False),
        has_not_applicable=data.get("has_not_applicable", False),
        minimum=amount(data.get("minimum")),
        maximum=amount(data.get("maximum")),
        decimals=data.get("decimals", 0),
        earliest_on=date.fromisoformat(data["earliest"]) if data.get("earliest") else None,
        latest_on=date.fromisoformat(data["latest"]) if data.get("latest") else None,
        is_long=data.get("is_long", False),
        options=[option_of(option) for option in data.get("options", [])],
        rows=[option_of(row) for row in data.get("rows", [])],
    )


def option_of(data: Mapping[str, Any]) -> OptionDraft:
    """Return an option or matrix row of a document."""
    return OptionDraft(
        code=data["code"],
        text_th=data["text"].get("th", ""),
        text_en=data["text"].get("en", ""),
        is_exclusive=data.get("is_exclusive", False),
        is_other=data.get("is_other", False),
        dimension=data.get("dimension", ""),
    )


def amount(value: float | None) -> Decimal | None:
    """Return a bound of a document."""
    return None if value is None else Decimal(str(value))


def write_rule(
    survey: Survey,
    part: Section | Question,
    rule: Mapping[str, Any],
    *,
    columns: Mapping[str, tuple[Question, str]],
) -> None:
    """Write a rule of a document; conditions on questions that did not come along are left out."""
    lines = [line for line in rule.get("conditions", []) if line["column"] in columns]
    if not lines:
        return
    made = Rule.objects.create(survey=survey, match=rule["match"], **owner_of(part))
    Condition.objects.bulk_create(
        [
            Condition(
                rule=made,
                source=columns[line["column"]][0],
                row=columns[line["column"]][1],
                operator=line["operator"],
                value=line.get("value", ""),
            )
            for line in lines
        ]
    )


@transaction.atomic
def take_from_bank(
    section: Section, *, questions: Sequence[Question], by: Staff, at: datetime
) -> list[Question]:
    """Copy questions of the bank to the end of a section (นำมาจากคลังคำถาม), under free codes."""
    survey = hold(section.survey)
    taken = set(survey.questions.values_list("code", flat=True))
    last = section.questions.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    made: list[Question] = []
    for question in questions:
        data = drafts.frozen(question)
        if data["code"] in taken:
            data["code"] = free_code(f"{data['code']}_", taken)
        taken.add(data["code"])
        made.append(add_copy(section, data, position=position + len(made)))
    note(survey, "taken_from_bank", by=by, at=at, questions=[one.code for one in made])
    return made
