"""Forms of the builder: a section, a question with its choices and rows, a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.widgets import ThaiDateField
from surveys.lifecycle import ConditionDraft, OptionDraft, QuestionDraft
from surveys.lifecycle.drafting import free_code
from surveys.models import Condition, Dimension, Question, QuestionType, Rule, Section
from surveys.models.survey import CODE
from surveys.selectors import drafts

BLANK_LINES = 2
SHORT = {"rows": 2}
PARTS = {  # what a question of a type is asked beyond its words
    QuestionType.SCALE: ["has_not_applicable"],
    QuestionType.MATRIX: ["has_not_applicable"],
    QuestionType.MULTI: ["minimum", "maximum"],
    QuestionType.RANKING: ["minimum"],
    QuestionType.NUMBER: ["minimum", "maximum", "decimals"],
    QuestionType.DATE: ["earliest_on", "latest_on"],
    QuestionType.TEXT: ["is_long", "minimum", "maximum"],
}
SOMETIMES = {name for names in PARTS.values() for name in names}
POINT_WORDS = (
    ("น้อยที่สุด", "Very dissatisfied"),
    ("น้อย", "Dissatisfied"),
    ("ปานกลาง", "Neither"),
    ("มาก", "Satisfied"),
    ("มากที่สุด", "Very satisfied"),
)


class SectionForm(forms.ModelForm):
    """Heading and introduction of a section."""

    class Meta:
        model = Section
        fields = ["text_th", "text_en", "intro_th", "intro_en"]
        labels = {
            "text_th": gettext_lazy("Heading in Thai"),
            "text_en": gettext_lazy("Heading in English"),
        }
        widgets = {
            "text_th": forms.TextInput,
            "text_en": forms.TextInput,
            "intro_th": forms.Textarea(attrs=SHORT),
            "intro_en": forms.Textarea(attrs=SHORT),
        }

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class LineForm(forms.Form):
    """A choice, or a row of a matrix; an empty one is left out."""

    place = forms.IntegerField(
        label=gettext_lazy("Place"), required=False, min_value=0, max_value=999
    )
    code = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=40)
    text_th = forms.CharField(label=gettext_lazy("Thai text"), required=False, max_length=500)
    text_en = forms.CharField(label=gettext_lazy("English text"), required=False, max_length=500)
    is_exclusive = forms.BooleanField(label=gettext_lazy("stands alone"), required=False)
    is_other = forms.BooleanField(label=gettext_lazy("asks for a text"), required=False)
    dimension = forms.ChoiceField(
        label=gettext_lazy("measures"), required=False, choices=[("", "–"), *Dimension.choices]
    )

    def clean_code(self) -> str:
        """Codes stand in files: letters, digits and _."""
        code: str = self.cleaned_data["code"]
        if not re.fullmatch(r"[A-Za-z0-9_]*", code):
            raise forms.ValidationError(_("Use Latin letters, digits and _ only."))
        return code


LineSet = forms.formset_factory(LineForm, extra=BLANK_LINES, can_delete=True, max_num=60)


class QuestionForm(forms.ModelForm):
    """A question; its type is fixed when it is added."""

    earliest_on = ThaiDateField(label=gettext_lazy("not before"), required=False)
    latest_on = ThaiDateField(label=gettext_lazy("not after"), required=False)

    class Meta:
        model = Question
        fields = [
            *("text_th", "text_en", "help_th", "help_en", "code", "dimension", "is_required"),
            *("has_not_applicable", "is_long", "minimum", "maximum", "decimals"),
            *("earliest_on", "latest_on"),
        ]
        widgets = {
            name: forms.Textarea(attrs=SHORT)
            for name in ("text_th", "text_en", "help_th", "help_en")
        }

    def __init__(self, *args: Any, kind: str, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = kind
        for name in SOMETIMES - set(PARTS.get(QuestionType(kind), [])):
            del self.fields[name]
        for name in {"minimum", "maximum"} & set(self.fields):
            self.initial[name] = drafts.number(self.initial.get(name))
        if not self.instance.pk:
            taken = section.survey.questions.values_list("code", flat=True)
            self.fields["code"].initial = free_code("q", taken)
        data = self.data if self.is_bound else None
        self.options = self.lines("options", data, self.option_lines())
        self.rows = self.lines("rows", data, self.row_lines())

    def lines(self, prefix: str, data: Any, initial: list[dict[str, Any]]) -> Any:
        """Return the lines of choices or rows, where the type has them."""
        wanted = QuestionType.with_options() if prefix == "options" else [QuestionType.MATRIX]
        return LineSet(data, prefix=prefix, initial=initial) if self.type in wanted else None

    def option_lines(self) -> list[dict[str, Any]]:
        """Return the choices that stand there, or the usual points of a new scale."""
        if self.instance.pk:
            return [
                line(option, place) for place, option in enumerate(self.instance.options.all(), 1)
            ]
        if self.type in {QuestionType.SCALE, QuestionType.MATRIX}:
            return [
                {"place": point, "code": str(point), "text_th": thai, "text_en": english}
                for point, (thai, english) in enumerate(POINT_WORDS, 1)
            ]
        return []

    def row_lines(self) -> list[dict[str, Any]]:
        """Return the rows that stand there."""
        if not self.instance.pk:
            return []
        return [line(row, place) for place, row in enumerate(self.instance.rows.all(), 1)]

    def is_valid(self) -> bool:
        """Whether the question and all its lines can be kept."""
        sets = [lines for lines in (self.options, self.rows) if lines is not None]
        return all([super().is_valid(), *(lines.is_valid() for lines in sets)])

    def clean(self) -> dict[str, Any]:
        """Bounds must be in order."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("minimum", _("“At least” is greater than “at most”."))
        first, last = cleaned.get("earliest_on"), cleaned.get("latest_on")
        if first and last and first > last:
            self.add_error("earliest_on", _("The first date is after the last one."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""
        code = self.cleaned_data.get("code")
        if code:
            try:
                CODE(code)
            except forms.ValidationError as error:
                self.add_error("code", error)

    def draft(self) -> QuestionDraft:
        """Return what the lifecycle verb takes."""
        facts = {name: value for name, value in self.cleaned_data.items() if value is not None}
        stem = "" if self.type in {QuestionType.SCALE, QuestionType.MATRIX} else "a"
        return QuestionDraft(
            type=self.type,
            options=drafts_of(self.options, stem),
            rows=drafts_of(self.rows, "r"),
            **facts,
        )


def line(part: Any, place: int) -> dict[str, Any]:
    """Return a choice or row as its line shows it."""
    names = ("code", "text_th", "text_en", "is_exclusive", "is_other", "dimension")
    return {"place": place, **{name: getattr(part, name, "") for name in names}}


def drafts_of(lines: Any, stem: str) -> Sequence[OptionDraft]:
    """Return the lines that say something, in the order of their places; a missing code is made."""
    if lines is None:
        return ()
    filled = [
        (form.cleaned_data.get("place") or 1000 + number, number, form.cleaned_data)
        for number, form in enumerate(lines.forms)
        if not form.cleaned_data.get("DELETE")
        and (
            form.cleaned_data.get("text_th")
            or form.cleaned_data.get("text_en")
            or form.cleaned_data.get("code")
        )
    ]
    taken = {data["code"] for _place, _number, data in filled}
    written = []
    for _place, _number, data in sorted(filled, key=lambda one: one[:2]):
        code = data["code"] or free_code(stem, taken)
        taken.add(code)
        written.append(
            OptionDraft(
                code=code,
                text_th=data["text_th"],
                text_en=data["text_en"],
                is_exclusive=data["is_exclusive"],
                is_other=data["is_other"],
                dimension=data["dimension"],
            )
        )
    return written


class RuleForm(forms.Form):
    """When a question or section is shown: up to three answers that come before it."""

    LINES = 3

    match = forms.ChoiceField(label=gettext_lazy("shown if"), choices=Rule.Match.choices)

    def __init__(
        self, *args: Any, earlier: Sequence[Question], rule: Rule | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sources = {
            column: (question, row) for question in earlier for column, row in columns_of(question)
        }
        conditions = list(rule.conditions.all()) if rule else []
        self.fields["match"].initial = rule.match if rule else Rule.Match.ALL
        for number in range(max(self.LINES, len(conditions) + 1)):
            condition = conditions[number] if number < len(conditions) else None
            self.add_line(number, condition, earlier)

    def add_line(
        self, number: int, condition: Condition | None, earlier: Sequence[Question]
    ) -> None:
        """Add the three fields of a condition."""
        kept = condition.as_json() if condition else {"column": "", "operator": "", "value": ""}
        column, value = kept["column"], kept["value"]
        offered = answers_of(earlier)
        answer = f"{column}={value}"
        is_offered = any(answer == code for _group, options in offered for code, _w in options)
        self.fields[f"answer{number}"] = forms.ChoiceField(
            label=_("Answer"),
            required=False,
            choices=[("", _("– no condition –")), *offered],
            initial=answer if is_offered else f"{column}=" if column else "",
        )
        self.fields[f"operator{number}"] = forms.ChoiceField(
            label=_("Comparison"),
            required=False,
            choices=Condition.Operator.choices,
            initial=kept["operator"],
        )
        self.fields[f"typed{number}"] = forms.CharField(
            label=_("Number, date or text"),
            required=False,
            max_length=200,
            initial="" if is_offered else value,
        )

    @property
    def line_fields(self) -> list[list[Any]]:
        """The conditions' fields, for the template."""
        count = sum(name.startswith("answer") for name in self.fields)
        return [
            [self[f"{name}{number}"] for name in ("answer", "operator", "typed")]
            for number in range(count)
        ]

    def conditions(self) -> list[ConditionDraft]:
        """Return what the lifecycle verb takes."""
        lines = []
        for number in range(len(self.line_fields)):
            column, _sign, value = self.cleaned_data[f"answer{number}"].partition("=")
            if column:
                source, row = self.sources[column]
                typed = value or self.cleaned_data[f"typed{number}"].strip()
                operator = self.cleaned_data[f"operator{number}"]
                is_bare = operator in Condition.Operator.without_value()
                lines.append(
                    ConditionDraft(
                        source=source, row=row, operator=operator, value="" if is_bare else typed
                    )
                )
        return lines

    def clean(self) -> dict[str, Any]:
        """A comparison needs something to compare with."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(len(self.line_fields)):
            column, _sign, value = (cleaned.get(f"answer{number}") or "").partition("=")
            operator = cleaned.get(f"operator{number}")
            is_bare = operator in Condition.Operator.without_value()
            if column and not is_bare and not value and not cleaned.get(f"typed{number}"):
                self.add_error(
                    f"typed{number}",
                    _("Write what the answer is compared with, or choose one above."),
                )
        return cleaned


def columns_of(question: Question) -> list[tuple[str, str]]:
    """Return the columns that a condition can ask for, each with its row."""
    if question.type == QuestionType.MATRIX:
        return [(f"{question.code}_{row.code}", row.code) for row in question.rows.all()]
    return [(question.code, "")]


def answers_of(earlier: Sequence[Question]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the answers to earlier questions in groups, as a person reads them."""
    groups = []
    for question in earlier:
        rows = {row.code: str(row) for row in question.rows.all()}
        for column, row in columns_of(question):
            label = f"{column}: {rows.get(row) or question}"
            options = [
                (f"{column}={option.code}", f"{column} – {option}")
                for option in question.options.all()
            ]
            anything = (
                f"{column}=",
                _("%(column)s – as typed, or any answer") % {"column": column},
            )
            groups.append((label, [*options, anything]))
    return groups
