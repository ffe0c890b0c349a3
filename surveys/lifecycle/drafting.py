"""Changing the draft of a survey: sections, questions, rules, order. Published versions stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from surveys.models import Condition, MatrixRow, Option, Question, Rule, Section, Survey
from surveys.rendering import Document
from surveys.rendering.proofing import backward_references
from surveys.selectors import drafts


@dataclass(frozen=True, kw_only=True)
class OptionDraft:
    """An option or a matrix row as it was written."""

    code: str
    text_th: str = ""
    text_en: str = ""
    is_exclusive: bool = False
    is_other: bool = False
    dimension: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionDraft:
    """A question as it was written."""

    code: str
    type: str
    text_th: str = ""
    text_en: str = ""
    help_th: str = ""
    help_en: str = ""
    dimension: str = ""
    is_required: bool = False
    has_not_applicable: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    earliest_on: date | None = None
    latest_on: date | None = None
    is_long: bool = False
    options: Sequence[OptionDraft] = field(default_factory=tuple)
    rows: Sequence[OptionDraft] = field(default_factory=tuple)

    @property
    def facts(self) -> dict[str, object]:
        """The columns of the question's own row."""
        return {name: getattr(self, name) for name in FACTS}


FACTS = [name for name in QuestionDraft.__dataclass_fields__ if name not in {"options", "rows"}]


@dataclass(frozen=True, kw_only=True)
class ConditionDraft:
    """A line of a rule as it was written."""

    source: Question
    operator: str
    value: str = ""
    row: str = ""


def hold(survey: Survey) -> Survey:
    """Lock the survey for a change of its draft; refuse an archived one."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.archived_at:
        raise Refused(_("The survey is archived. Take it out of the archive first."))
    return survey


def note(survey: Survey, verb: str, *, by: Staff, at: datetime, **facts: Any) -> None:
    """Count the change and write it down."""
    Survey.objects.filter(pk=survey.pk).update(
        draft_revision=F("draft_revision") + 1, changed_at=at
    )
    audit.record(survey, verb, by=by, at=at, **facts)


def free_code(stem: str, taken: Iterable[str]) -> str:
    """Return the first of stem1, stem2… that is not taken."""
    used = set(taken)
    number = 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


# Sections


@transaction.atomic
def add_section(
    survey: Survey, *, text_th: str, text_en: str = "", by: Staff, at: datetime
) -> Section:
    """Add a section at the end (เพิ่มตอน)."""
    survey = hold(survey)
    last = survey.sections.aggregate(last=Max("position"))["last"]
    section = Section.objects.create(
        survey=survey,
        code=free_code("s", survey.sections.values_list("code", flat=True)),
        position=0 if last is None else last + 1,
        text_th=text_th,
        text_en=text_en,
    )
    note(survey, "section_added", by=by, at=at, section=section.code)
    return section


@transaction.atomic
def change_section(
    section: Section,
    *,
    text_th: str,
    text_en: str,
    intro_th: str,
    intro_en: str,
    by: Staff,
    at: datetime,
) -> Section:
    """Write a section's heading and introduction anew (แก้ไขตอน)."""
    survey = hold(section.survey)
    section.text_th, section.text_en = text_th, text_en
    section.intro_th, section.intro_en = intro_th, intro_en
    section.save(update_fields=["text_th", "text_en", "intro_th", "intro_en"])
    note(survey, "section_changed", by=by, at=at, section=section.code)
    return section


@transaction.atomic
def delete_section(section: Section, *, is_confirmed: bool, by: Staff, at: datetime) -> None:
    """Delete a section with its questions (ลบตอน); what refers to them is listed first, then loses its rule."""
    survey = hold(section.survey)
    questions = list(section.questions.prefetch_related("options", "rows"))
    release(questions, survey, is_confirmed=is_confirmed)
    code = section.code
    section.delete()
    note(survey, "section_deleted", by=by, at=at, section=code)


@transaction.atomic
def move_section(section: Section, *, step: int, by: Staff, at: datetime) -> None:
    """Move a section one place up or down (ย้ายตอน)."""
    survey = hold(section.survey)
    order = list(survey.sections.order_by("position", "pk"))
    place = next(number for number, other in enumerate(order) if other.pk == section.pk)
    target = min(max(place + step, 0), len(order) - 1)
    order.insert(target, order.pop(place))
    with keeping_order(survey):
        number_anew(order, Section)
    note(survey, "section_moved", by=by, at=at, section=section.code)


# Questions


@transaction.atomic
def add_question(section: Section, *, draft: QuestionDraft, by: Staff, at: datetime) -> Question:
    """Add a question at the end of a section (เพิ่มคำถาม)."""
    survey = hold(section.survey)
    refuse_taken(survey, draft.code)
    last = section.questions.aggregate(last=Max("position"))["last"]
    question = Question.objects.create(
        survey=survey,
        section=section,
        position=0 if last is None else last + 1,
        **draft.facts,
    )
    write_options(question, draft)
    note(survey, "question_added", by=by, at=at, question=question.code)
    return question


@transaction.atomic
def change_question(
    question: Question, *, draft: QuestionDraft, by: Staff, at: datetime
) -> Question:
    """Write a question anew (แก้ไขคำถาม); refuses to take away what a rule or text elsewhere needs."""
    survey = hold(question.survey)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if draft.code != question.code:
        refuse_taken(survey, draft.code)
        refuse_piped(question, survey)
    refuse_needed(question, draft)
    for name, value in draft.facts.items():
        setattr(question, name, value)
    question.save(update_fields=FACTS)
    write_options(question, draft)
    note(survey, "question_changed", by=by, at=at, question=question.code)
    return question


@transaction.atomic
def delete_question(question: Question, *, is_confirmed: bool, by: Staff, at: datetime) -> None:
    """Delete a question (ลบคำถาม); what refers to it is listed first, then loses its rule."""
    survey = hold(question.survey)
    release([question], survey, is_confirmed=is_confirmed)
    code = question.code
    question.delete()
    note(survey, "question_deleted", by=by, at=at, question=code)


@transaction.atomic
def move_question(question: Question, *, step: int, by: Staff, at: datetime) -> None:
    """Move a question one place up or down, over the border of a section too (ย้ายคำถาม)."""
    survey = hold(question.survey)
    sections = drafts.outline(survey)
    home = next(n for n, section in enumerate(sections) if section.pk == question.section_id)
    order = list(sections[home].questions.all())
    place = next(number for number, other in enumerate(order) if other.pk == question.pk)
    with keeping_order(survey):
        if 0 <= place + step < len(order):
            order.insert(place + step, order.pop(place))
            number_anew(order, Question)
        elif 0 <= home + step < len(sections):
            neighbours = list(sections[home + step].questions.all())
            neighbours.insert(0 if step > 0 else len(neighbours), order.pop(place))
            settle(neighbours, sections[home + step])
    note(survey, "question_moved", by=by, at=at, question=question.code)


@transaction.atomic
def place_question(
    question: Question, *, section: Section, place: int, by: Staff, at: datetime
) -> None:
    """Put a question at a place of a section, as it was dropped there (ย้ายคำถาม)."""
    survey = hold(question.survey)
    order = list(section.questions.exclude(pk=question.pk).order_by("position", "pk"))
    order.insert(min(max(place, 0), len(order)), question)
    with keeping_order(survey):
        settle(order, section)
    note(survey, "question_moved", by=by, at=at, question=question.code)


# Rules


@transaction.atomic
def write_rule(
    part: Question | Section,
    *,
    match: str,
    conditions: Sequence[ConditionDraft],
    by: Staff,
    at: datetime,
) -> None:
    """Say when a question or section is shown (เงื่อนไขการแสดง); without conditions always."""
    survey = hold(part.survey)
    owner = owner_of(part)
    with keeping_order(survey):
        Rule.objects.filter(**owner).delete()
        if conditions:
            rule = Rule.objects.create(survey=survey, match=match, **owner)
            Condition.objects.bulk_create(
                [
                    Condition(
                        rule=rule,
                        source=condition.source,
                        row=condition.row,
                        operator=condition.operator,
                        value=condition.value,
                    )
                    for condition in conditions
                ]
            )
    note(survey, "rule_changed", by=by, at=at, part=part.code)


# Inside


def owner_of(part: Question | Section) -> dict[str, Any]:
    """Return whose rule it is."""
    return {"question": part} if isinstance(part, Question) else {"section": part}


def refuse_taken(survey: Survey, code: str) -> None:
    """Refuse a code that another question has."""
    if survey.questions.filter(code=code).exists():
        raise Refused(
            _("Another question has the code %(code)s. Choose another one.") % {"code": code}
        )


def refuse_piped(question: Question, survey: Survey) -> None:
    """Refuse a new code while texts elsewhere put the answer in by the old one."""
    places = [
        reference.where
        for reference in drafts.references_to([question], survey)
        if not reference.is_rule
    ]
    if places:
        raise Refused(
            _("Its answer is put into other texts: %(places)s. Change those first.")
            % {"places": "; ".join(places)}
        )


def refuse_needed(question: Question, draft: QuestionDraft) -> None:
    """Refuse to take away an option or row that a rule asks for."""
    options = {option.code for option in draft.options}
    rows = {row.code for row in draft.rows}
    needed = [
        condition
        for condition in drafts.conditions_on([question])
        if (condition.row and condition.row not in rows)
        or (options and not condition.is_bare and not is_kept(condition, options))
    ]
    if needed:
        places = {drafts.label(one.rule.question or one.rule.section) for one in needed}
        raise Refused(
            _("A choice that you take away decides what is shown: %(places)s. Change those first.")
            % {"places": "; ".join(sorted(places))}
        )


def is_kept(condition: Condition, options: set[str]) -> bool:
    """Whether the value of a condition can still be answered; a bound on a scale always can."""
    is_bound = condition.operator in {Condition.Operator.AT_LEAST, Condition.Operator.AT_MOST}
    return is_bound or condition.value in options or condition.value == "na"


def write_options(question: Question, draft: QuestionDraft) -> None:
    """Let options and rows be what was written, in that order."""
    question.options.all().delete()
    question.rows.all().delete()
    Option.objects.bulk_create(
        [
            Option(
                question=question,
                code=option.code,
                position=position,
                text_th=option.text_th,
                text_en=option.text_en,
                is_exclusive=option.is_exclusive,
                is_other=option.is_other,
            )
            for position, option in enumerate(draft.options)
        ]
    )
    MatrixRow.objects.bulk_create(
        [
            MatrixRow(
                question=question,
                code=row.code,
                position=position,
                text_th=row.text_th,
                text_en=row.text_en,
                dimension=row.dimension,
            )
            for position, row in enumerate(draft.rows)
        ]
    )


def release(questions: Sequence[Question], survey: Survey, *, is_confirmed: bool) -> None:
    """Take away the conditions on questions that go; refuse while nobody has seen the list."""
    references = drafts.references_to(questions, survey)
    if references and not is_confirmed:
        raise Refused(
            _("Other places refer to it: %(places)s.")
            % {"places": "; ".join(reference.where for reference in references)}
        )
    conditions = drafts.conditions_on(questions)
    rules = set(conditions.values_list("rule", flat=True))
    Condition.objects.filter(source__in=questions).delete()
    Rule.objects.filter(pk__in=rules, conditions=None).delete()


def settle(order: Sequence[Question], section: Section) -> None:
    """Let questions stand in a section in this order."""
    for question in order:
        if question.section_id != section.pk:
            question.section = section
            question.save(update_fields=["section"])
    number_anew(order, Question)


def number_anew(order: Sequence[Section] | Sequence[Question], model: type) -> None:
    """Write the places of an order."""
    parts: list[Any] = list(order)
    for position, part in enumerate(parts):
        part.position = position
    model.objects.bulk_update(parts, ["position"])  # type: ignore[attr-defined]


class keeping_order:  # noqa: N801  reads as a word: with keeping_order(survey)
    """Refuse a new order in which a rule or text would ask for an answer not given yet."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.known = broken(survey)

    def __enter__(self) -> None:
        """Let the block move things."""

    def __exit__(self, kind: object, *rest: object) -> None:
        """Look at what the new order broke."""
        if kind is None:
            refuse_broken(self.survey, known=self.known)


def broken(survey: Survey) -> set[tuple[str, str]]:
    """Return what asks for an answer that comes later."""
    document = Document.read(drafts.document_of(survey))
    return {(finding.code, finding.sentence) for finding in backward_references(document)}


def refuse_broken(survey: Survey, *, known: set[tuple[str, str]]) -> None:
    """Refuse what would ask for an answer that comes later, and did not before."""
    new = sorted(broken(survey) - known)
    if new:
        raise Refused("; ".join(f"{code}: {sentence}" for code, sentence in new))
