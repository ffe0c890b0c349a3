"""The question of a what-if: a standard, a past period, which cases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.filters import PeriodField
from agency.thai import fiscal_year, fiscal_year_span
from agency.widgets import ThaiDateInput
from complaints.models import DayUnit, Kind, Measure, Target
from complaints.selectors.choices import Choices, options
from complaints.selectors.whatif import DIMENSIONS, MEASURES, Pick, Question, Standard

if TYPE_CHECKING:
    from agency.models import Staff

MOST_DAYS = 365
LISTS = ("unit", "category", "grade")
ANY = ("", gettext_lazy("All"))
LATE = ("before", "after", "newly", "relieved")


def last_fiscal_year(today: date) -> tuple[date, date]:
    """Return the first and last day of the fiscal year before this one."""
    return fiscal_year_span(fiscal_year(today) - 1)


def example(today: date) -> str:
    """Return the address part of the built-in example: 8 instead of 15 working days, last fiscal year."""
    first, last = (ThaiDateInput().format_value(day) or "" for day in last_fiscal_year(today))
    asked = QueryDict(mutable=True)
    asked.update(
        {
            "measure": Measure.STAGE1,
            "days": "8",
            "unit": DayUnit.WORKING,
            "compared": "15",
            "period_after": first,
            "period_before": last,
        }
    )
    return asked.urlencode()


class WhatIfForm(forms.Form):
    """A standard of one's own or a stored one, against a past period."""

    measure = forms.ChoiceField(
        label=gettext_lazy("What is measured"),
        choices=[(measure.value, measure.label) for measure in MEASURES],
        initial=Measure.STAGE1,
    )
    policy = forms.ChoiceField(
        label=gettext_lazy("Stored standard"),
        required=False,
        help_text=gettext_lazy("Its limit is taken instead of the days on the right."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Limit in days"), min_value=1, max_value=MOST_DAYS, required=False
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Counted in"),
        choices=DayUnit.choices,
        initial=DayUnit.WORKING,
        required=False,
    )
    first = forms.BooleanField(label=gettext_lazy("The first day counts"), required=False)
    compared = forms.IntegerField(
        label=gettext_lazy("Compared with (days)"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy("Empty: with the limit that each case had."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Which cases"),
        choices=[
            ("received", gettext_lazy("received in the period")),
            ("closed", gettext_lazy("closed in the period")),
        ],
        required=False,
    )
    period = PeriodField(label=gettext_lazy("Period"), required=False)
    of_unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[ANY, *Kind.choices], required=False
    )

    def __init__(self, data: QueryDict | None, *, staff: Staff, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.names: dict[str, Choices] = options(staff, lists=LISTS)
        for name, of in {"of_unit": "unit", "category": "category", "grade": "grade"}.items():
            self.offer(name, [ANY, *self.names[of]])
        self.offer("policy", [("", gettext_lazy("None: the days given here")), *self.policies()])

    def offer(self, name: str, choices: Any) -> None:
        """Let a field offer these choices."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @cached_property
    def targets(self) -> dict[tuple[str, str], Target]:
        """The limits of every stored standard, by standard and measure."""
        rows = Target.objects.filter(measure__in=MEASURES).select_related("policy")
        ordered = rows.order_by("policy__code", "-policy__version", "pk")
        return {(str(row.policy_id), row.measure): row for row in ordered}

    def policies(self) -> Choices:
        """Return the stored standards, drafts and past versions too."""
        return list({str(row.policy_id): str(row.policy) for row in self.targets.values()}.items())

    def clean(self) -> dict[str, Any]:
        """Take the limit of the stored standard; ask for days where there is none."""
        facts: dict[str, Any] = super().clean() or {}
        chosen = facts.get("policy")
        target = self.targets.get((chosen, facts.get("measure", ""))) if chosen else None
        if chosen and target is None:
            self.add_error("policy", _("This standard has no such limit. Choose another one."))
        if not chosen and not facts.get("days") and "days" not in self.errors:
            self.add_error("days", _("Type a number of days, or choose a stored standard."))
        if target:
            facts |= {
                "days": target.days,
                "unit": target.unit,
                "first": target.is_first_day_counted,
            }
        return facts

    def clean_period(self) -> tuple[date, date]:
        """Return both days of the period: the last fiscal year where nothing else was typed."""
        first, last = last_fiscal_year(self.today)
        span = self.cleaned_data["period"]
        if span is not None:
            first = span.start.date() if span.start else first
            last = span.stop.date() if span.stop else max(self.today, first)
        if last < first:
            raise ValidationError(_("The period ends before it begins. Exchange the days."))
        return first, last

    @property
    def question(self) -> Question:
        """The question as it is computed; of a valid form."""
        facts = self.cleaned_data
        first_on, last_on = facts["period"]
        return Question(
            standard=Standard(
                measure=facts["measure"],
                days=facts["days"],
                unit=facts["unit"] or DayUnit.WORKING,
                is_first_day_counted=facts["first"],
            ),
            first_on=first_on,
            last_on=last_on,
            is_by_closing=facts["basis"] == "closed",
            compared_days=facts["compared"],
            unit=number_of(facts["of_unit"]),
            category=number_of(facts["category"]),
            grade=number_of(facts["grade"]),
            kind=facts["kind"],
        )


class PickForm(forms.Form):
    """Which answers behind a figure are listed; comes from links only."""

    late = forms.ChoiceField(choices=[(name, name) for name in LATE], required=False)
    least = forms.IntegerField(required=False, min_value=0)
    most = forms.IntegerField(required=False, min_value=0)
    by = forms.ChoiceField(choices=[(name, name) for name in DIMENSIONS], required=False)
    key = forms.CharField(required=False, max_length=20)
    after = forms.IntegerField(required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Refuse a key that no row can have."""
        facts: dict[str, Any] = super().clean() or {}
        key = facts.get("key", "")
        if facts.get("by") != "kind" and key and not (key.isdecimal() and len(key) < 10):
            self.add_error("key", _("This is not a number."))
        return facts

    @property
    def pick(self) -> Pick:
        """What was picked; of a valid form."""
        facts = self.cleaned_data
        return Pick(
            late=facts["late"],
            least=facts["least"],
            most=facts["most"],
            dimension=facts["by"],
            key=facts["key"],
        )


def number_of(text: str) -> int | None:
    """Return a chosen key as a number."""
    return int(text) if text else None
