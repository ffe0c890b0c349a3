"""The draft of a survey as its builder shows it and as publishing freezes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from surveys.models import Condition, Question, Section, Survey, Version
from surveys.rendering import FORMAT, Document, pipes_in
from surveys.rendering.proofing import Finding, proof


def outline(survey: Survey) -> list[Section]:
    """Return the sections with questions, options, rows and rules, in few statements."""
    conditions = Condition.objects.select_related("source").order_by("pk")
    questions = (
        Question.objects.order_by("position", "pk")
        .select_related("rule")
        .prefetch_related("options", "rows", Prefetch("rule__conditions", conditions))
    )
    sections = (
        survey.sections.order_by("position", "pk")
        .select_related("rule")
        .prefetch_related(
            Prefetch("questions", questions),
            Prefetch("rule__conditions", conditions),
        )
    )
    return list(sections)


# Freezing


def document_of(survey: Survey, sections: Sequence[Section] | None = None) -> dict[str, Any]:
    """Return the draft as the document that a version keeps (shape: `rendering/document.py`)."""
    return {
        "format": FORMAT,
        "survey": survey.code,
        "title": {"th": survey.title_th, "en": survey.title_en},
        "intro": {"th": survey.intro_th, "en": survey.intro_en},
        "thanks": {"th": survey.thanks_th, "en": survey.thanks_en},
        "bands": survey.bands,
        "sections": [
            {
                "code": section.code,
                "text": words(section),
                "intro": {"th": section.intro_th, "en": section.intro_en},
                "rule": rule_of(section),
                "questions": [frozen(question) for question in section.questions.all()],
            }
            for section in (outline(survey) if sections is None else sections)
        ],
    }


def words(part: Any) -> dict[str, str]:
    """Return the texts of a section, question, option or row."""
    return {"th": part.text_th, "en": part.text_en}


def rule_of(part: Section | Question) -> dict[str, Any] | None:
    """Return the rule of a section or question, if it has one."""
    rule = getattr(part, "rule", None)
    if rule is None:
        return None
    conditions = [condition.as_json() for condition in rule.conditions.all()]
    return {"match": rule.match, "conditions": conditions}


def frozen(question: Question) -> dict[str, Any]:
    """Return a question as the document keeps it."""
    return {
        "code": question.code,
        "type": question.type,
        "text": words(question),
        "help": {"th": question.help_th, "en": question.help_en},
        "dimension": question.dimension,
        "is_required": question.is_required,
        "has_not_applicable": question.has_not_applicable,
        "minimum": number(question.minimum),
        "maximum": number(question.maximum),
        "decimals": question.decimals,
        "earliest": question.earliest_on.isoformat() if question.earliest_on else None,
        "latest": question.latest_on.isoformat() if question.latest_on else None,
        "is_long": question.is_long,
        "rule": rule_of(question),
        "options": [
            {
                "code": option.code,
                "text": words(option),
                "is_exclusive": option.is_exclusive,
                "is_other": option.is_other,
            }
            for option in question.options.all()
        ],
        "rows": [
            {"code": row.code, "text": words(row), "dimension": row.dimension}
            for row in question.rows.all()
        ],
    }


def number(value: Decimal | None) -> float | int | None:
    """Return a bound as JSON keeps it: whole numbers whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def published(survey: Survey) -> list[Document]:
    """Return the documents of the published versions, oldest first."""
    documents = survey.versions.order_by("number").values_list("document", flat=True)
    return [Document.read(document) for document in documents]


def findings(survey: Survey, sections: Sequence[Section] | None = None) -> list[Finding]:
    """Return what keeps the draft from being published, and what is worth a look."""
    document = Document.read(document_of(survey, sections))
    return proof(document, earlier=published(survey))


# What refers to what


@dataclass(frozen=True)
class Reference:
    """A place that needs a question: shown by its answer, or putting its answer into a text."""

    where: str
    is_rule: bool


def references_to(questions: Sequence[Question], survey: Survey) -> list[Reference]:
    """Return what refers to questions from elsewhere, so that it is known before they go."""
    own = {question.pk for question in questions}
    columns = {column for question in questions for column in columns_of(question)}
    found = [
        Reference(label(condition.rule.question or condition.rule.section), is_rule=True)
        for condition in conditions_on(questions).exclude(rule__question__in=own)
    ]
    for section in outline(survey):
        if columns & pipes_in(section.text_th, section.text_en, section.intro_th, section.intro_en):
            found.append(Reference(label(section), is_rule=False))
        found += [
            Reference(label(other), is_rule=False)
            for other in section.questions.all()
            if other.pk not in own and columns & pipes_of(other)
        ]
    return list(dict.fromkeys(found))


def conditions_on(questions: Sequence[Question]) -> QuerySet[Condition]:
    """Return the conditions that ask for the answers to these questions."""
    return (
        Condition.objects.filter(source__in=questions)
        .select_related("rule__question", "rule__section")
        .order_by("pk")
    )


def columns_of(question: Question) -> set[str]:
    """Return the codes under which answers to a question are known."""
    rows = {f"{question.code}_{row.code}" for row in question.rows.all()}
    return {question.code} | rows


def pipes_of(question: Question) -> set[str]:
    """Return the codes that a question's texts put in."""
    parts = [question, *question.options.all(), *question.rows.all()]
    texts = [text for part in parts for text in (part.text_th, part.text_en)]
    return pipes_in(*texts, question.help_th, question.help_en)


def label(part: Question | Section | None) -> str:
    """Return how a question or section is called in a list."""
    return f"{part.code}: {part}" if part else ""


# Screens


def surveys(staff: Any) -> QuerySet[Survey]:
    """Return the surveys for the list."""
    return Survey.objects.visible_to(staff).filter(is_bank=False).select_related("unit", "owner")


def versions(survey: Survey) -> QuerySet[Version]:
    """Return the published versions, newest first, without their documents."""
    return survey.versions.select_related("published_by").defer("document").order_by("-number")


def earlier_questions(survey: Survey, part: Question | Section) -> list[Question]:
    """Return the questions that come before a question or section: those its rule may ask for."""
    section = part.section if isinstance(part, Question) else part
    before = Q(section__position__lt=section.position)
    if isinstance(part, Question):
        before |= Q(section=section, position__lt=part.position)
    return list(
        survey.questions.filter(before)
        .exclude(type="file")
        .prefetch_related("options", "rows")
        .order_by("section__position", "position", "pk")
    )


def is_draft_published(survey: Survey, sections: Sequence[Section]) -> bool:
    """Whether the draft says just what the newest version says."""
    newest = survey.versions.order_by("-number").values_list("document", flat=True).first()
    return newest is not None and newest == document_of(survey, sections)
