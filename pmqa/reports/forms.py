"""What is asked of people who work with reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agency.models import Staff, Unit
from agency.thai import format_month
from agency.widgets import ThaiDateField
from pmqa.indicators import periods
from pmqa.indicators.registry import Shape, measures
from pmqa.reports.models import IndicatorTarget, PointProgress, ResultEntry
from pmqa.reports.permissions import can_build

MONTHS_OFFERED = 36
YEARS_OFFERED = 4


class BuildForm(forms.Form):
    """Which month of which unit to build."""

    month = forms.TypedChoiceField(label=_("Month"), coerce=date.fromisoformat)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, staff: Staff, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = periods.month_of(at)
        months = [periods.add_months(now, -back) for back in (*range(1, MONTHS_OFFERED), 0)]
        choices = [(month.isoformat(), month_words(month, now=now)) for month in months]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]
        units = (
            Unit.objects.below(staff.unit) if can_build(staff, staff.unit) else Unit.objects.none()
        )
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]


def month_words(month: date, *, now: date) -> str:
    """Write a month; the running one says that it is not over."""
    if month != now:
        return format_month(month)
    return _("%(month)s (not over yet)") % {"month": format_month(month)}


class PeriodForm(forms.Form):
    """A unit and a part of a fiscal year."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)
    part = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args: Any, staff: Staff, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.below(staff.unit) if staff.roles else Unit.objects.none()
        years = [(each, each) for each in range(year, year - YEARS_OFFERED, -1)]
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.fields["part"].choices = part_choices()  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


def part_choices() -> list[tuple[str, str]]:
    """Name the parts of a fiscal year, the long ones first."""
    long = [
        ("year", _("12 months (fiscal year)")),
        ("h1", _("6 months, first half")),
        ("h2", _("6 months, second half")),
    ]
    quarters = [(f"q{place}", _("Quarter %(place)s") % {"place": place}) for place in range(1, 5)]
    months = periods.months_of_part(
        2570, "year"
    )  # of any year: only the names of the months are shown
    named = [
        (f"m{place:02}", date_format(month, "F")) for place, month in enumerate(months, start=1)
    ]
    return [(value, str(words)) for value, words in (*long, *quarters, *named)]


class YearForm(forms.Form):
    """A unit and a fiscal year."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)

    def __init__(self, *args: Any, staff: Staff, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.below(staff.unit) if staff.roles else Unit.objects.none()
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        self.fields["year"].choices = years_back(year)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


def years_back(year: int, count: int = YEARS_OFFERED) -> list[tuple[int, int]]:
    """Offer a fiscal year and those before it."""
    return [(each, each) for each in range(year, year - count, -1)]


class ResultForm(forms.ModelForm):
    """A result or target of item 7.2 with its source."""

    fiscal_year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)
    value = forms.DecimalField(
        label=_("Value"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("In the unit of the result. Leave it empty to withdraw the last entry."),
    )

    class Meta:
        model = ResultEntry
        fields = ("unit", "fiscal_year", "line", "what", "value", "source")
        help_texts = {
            "source": _("Such as the name and number of the document, or who counted and how.")
        }

    def __init__(self, *args: Any, staff: Staff, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = (
            Unit.objects.below(staff.unit) if can_build(staff, staff.unit) else Unit.objects.none()
        )
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]
        years = years_back(year, YEARS_OFFERED + 2)
        self.fields["fiscal_year"].choices = years  # type: ignore[attr-defined]


class PointForm(forms.Form):
    """A point to decide; `version` is that of the point as the person saw it."""

    body = forms.CharField(
        label=_("Point to decide"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class CarryingOutForm(forms.Form):
    """What is done about something, who does it and by when."""

    decision = forms.CharField(
        label=_("Decision"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    owner = forms.ModelChoiceField(label=_("Responsible"), queryset=Staff.objects.none())
    due_on = ThaiDateField(label=_("Due by"))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(is_active=True, unit__in=Unit.objects.below(unit))
        self.fields["owner"].queryset = people.order_by(  # type: ignore[attr-defined]
            "first_name", "last_name", "pk"
        )


class ActionForm(CarryingOutForm):
    """A problem with its action."""

    field_order = ("body", "decision", "owner", "due_on")
    body = forms.CharField(
        label=_("Problem"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].label = _("Action")


class ProgressForm(forms.Form):
    """How a decision goes on."""

    state = forms.ChoiceField(label=_("How it stands"), choices=PointProgress.State.choices)
    note = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class ReasonForm(forms.Form):
    """Why a report is sent back."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


class CommentForm(forms.Form):
    """A remark on a version."""

    body = forms.CharField(
        label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class TargetForm(forms.ModelForm):
    """A target for a measure and a fiscal year."""

    measure = forms.ChoiceField(label=_("Indicator"), choices=list)

    class Meta:
        model = IndicatorTarget
        fields = ("measure", "fiscal_year", "unit", "value")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (f"{indicator.id}:{measure.name}", f"{indicator.id} {indicator.name} – {measure.label}")
            for indicator, measure in measures()
            if measure.shape != Shape.NONE
        ]
