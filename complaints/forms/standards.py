"""The draft of a standard as it is written: what it is for, its limits, its escalation matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.choices import TopicField, offer
from agency.models import Role
from complaints.forms.fields import long_text
from complaints.lifecycle.standards import Bound, Mark
from complaints.models import DayUnit, Grade, Kind, Measure, Policy, Step
from complaints.selectors.choices import categories
from complaints.selectors.whatif import Standard

ANY = ("", gettext_lazy("Every kind"))
MOST_DAYS = 365
MOST_STEPS = 60
FRESH_ROWS = 3
PLACES = [
    ("before", gettext_lazy("before the limit")),
    ("at", gettext_lazy("on the day of the limit")),
    ("after", gettext_lazy("after the limit")),
]


class TryForm(forms.Form):
    """A kind, grade and category, to see which standard holds for them."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    grade = forms.ModelChoiceField(
        label=gettext_lazy("Grade"), queryset=Grade.objects.order_by("number"), required=False
    )
    category = TopicField(label=gettext_lazy("Category"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", categories())


class NewForm(forms.Form):
    """A standard of the agency's own: what it is called and from what it begins."""

    name = forms.CharField(
        label=gettext_lazy("Name of the standard"),
        max_length=200,
        help_text=gettext_lazy("For example: complaints about payments, 10 working days."),
    )
    like = forms.ModelChoiceField(
        label=gettext_lazy("Begin with the limits of"),
        queryset=Policy.objects.current().order_by("-priority", "code"),
        required=False,
        empty_label=gettext_lazy("None: I type all limits myself"),
        help_text=gettext_lazy(
            "For which kind, grade and category it holds is said on the next page."
        ),
    )


class StandardForm(forms.ModelForm):
    """What a standard is for and what holds besides its limits."""

    category = TopicField(
        label=gettext_lazy("Category"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Every category"),
    )

    class Meta:
        model = Policy
        fields = (
            "name_th",
            "name_en",
            "source",
            "kind",
            "grade",
            "category",
            "priority",
            "max_pause_days",
            "max_extension_days",
            "needs_review",
            "needs_cause",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("TopicField", self.fields["category"]).queryset = categories()
        for name in ("max_pause_days", "max_extension_days"):
            field = forms.IntegerField(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                min_value=1,
                max_value=MOST_DAYS,
            )
            self.fields[name] = field


def dress(form: forms.Form) -> None:
    """Give the boxes of a table row their look."""
    looks = {"select": "form-select", "checkbox": "form-check-input"}
    for field in form.fields.values():
        kind = getattr(field.widget, "input_type", "")
        field.widget.attrs.setdefault("class", looks.get(kind, "form-control"))


class LimitForm(forms.Form):
    """One limit; without days the standard has none."""

    days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS)
    unit = forms.ChoiceField(choices=DayUnit.choices, initial=DayUnit.WORKING)
    first = forms.BooleanField(required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        kwargs["prefix"] = f"limit-{measure.value}"
        super().__init__(*args, **kwargs)
        self.measure = measure
        words = {
            "days": _("%(limit)s: days"),
            "unit": _("%(limit)s: counted in"),
            "first": _("%(limit)s: the first day counts"),
        }
        for name, label in words.items():
            self.fields[name].widget.attrs["aria-label"] = label % {"limit": measure.label}
        dress(self)

    def clean_days(self) -> int | None:
        """Ask for the two limits without which no case can be answered."""
        days: int | None = self.cleaned_data["days"]
        if days is None and self.measure in Measure.stages():
            raise forms.ValidationError(
                _("Give the days of “%(limit)s”: a standard needs this limit.")
                % {"limit": self.measure.label}
            )
        return days


class StepForm(forms.Form):
    """A line of the escalation matrix: at which limit, when, who, what."""

    measure = forms.ChoiceField(choices=Measure.choices)
    days = forms.IntegerField(required=False, min_value=0, max_value=MOST_DAYS)
    place = forms.ChoiceField(choices=PLACES, initial="before")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.OFFICER)
    action = forms.ChoiceField(choices=Step.Action.choices, initial=Step.Action.REMIND)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "measure": _("Limit"),
            "days": _("Days"),
            "place": _("When"),
            "role": _("Who"),
            "action": _("What happens"),
        }
        for name, label in words.items():
            self.fields[name].widget.attrs["aria-label"] = label
        dress(self)

    def has_changed(self) -> bool:
        """A row without days is an empty one, unless it is of the day itself."""
        return bool(self["days"].data) or self["place"].data == "at"

    @property
    def offset(self) -> int:
        """Days from the limit, negative before it; of a valid row."""
        days = self.cleaned_data.get("days") or 0
        return {"before": -days, "at": 0, "after": days}[self.cleaned_data["place"]]


class Steps(BaseFormSet):
    """The rows of the matrix, each with a box that takes it away."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Name the box that takes a row away."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs |= {
            "aria-label": _("Take this row away"),
            "class": "form-check-input",
        }


StepSet = formset_factory(
    StepForm,
    formset=Steps,
    extra=FRESH_ROWS,
    can_delete=True,
    max_num=MOST_STEPS,
    validate_max=True,
)


class DraftForms:
    """All forms of a draft together; `errors` are sentences that name the row."""

    def __init__(self, policy: Policy, data: QueryDict | None = None) -> None:
        self.policy = policy
        targets = list(policy.targets.all())
        known = {target.measure: target for target in targets}
        self.facts = StandardForm(data, instance=policy)
        self.limits = [
            LimitForm(data, measure=measure, initial=limit_of(known.get(measure)))
            for measure in Measure
        ]
        self.steps = StepSet(
            data,
            prefix="steps",
            initial=[step_of(step) for target in targets for step in target.steps.all()],
        )
        self.errors: list[str] = []

    def is_valid(self) -> bool:
        """Check every form, and what only holds between them."""
        limits = [form.is_valid() for form in self.limits]
        if not (self.facts.is_valid() and all(limits) and self.steps.is_valid()):
            return False
        self.errors = faults(self.bounds, steps=self.rows)
        return not self.errors

    @property
    def rows(self) -> list[StepForm]:
        """Return the rows of the matrix that count; of valid forms."""
        return [
            form
            for form in self.steps.forms
            if form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    @property
    def bounds(self) -> list[Bound]:
        """Return the limits as they are written, with their steps; of valid forms."""
        return [
            Bound(
                measure=form.measure,
                days=form.cleaned_data["days"],
                unit=form.cleaned_data["unit"],
                is_first_day_counted=form.cleaned_data["first"],
                marks=[
                    Mark(
                        offset_days=row.offset,
                        role=row.cleaned_data["role"],
                        action=row.cleaned_data["action"],
                    )
                    for row in self.rows
                    if row.cleaned_data["measure"] == form.measure
                ],
            )
            for form in self.limits
            if form.cleaned_data["days"]
        ]

    @property
    def standards(self) -> dict[str, Standard]:
        """Return the limits as questions to the past; of valid forms."""
        return {
            bound.measure: Standard(
                measure=bound.measure,
                days=bound.days,
                unit=bound.unit,
                is_first_day_counted=bound.is_first_day_counted,
            )
            for bound in self.bounds
        }


def limit_of(target: Any) -> dict[str, Any]:
    """Return what a limit's row begins with."""
    if target is None:
        return {}
    return {"days": target.days, "unit": target.unit, "first": target.is_first_day_counted}


def step_of(step: Step) -> dict[str, Any]:
    """Return what a step's row begins with."""
    offset = step.offset_days
    place = "at" if offset == 0 else "before" if offset < 0 else "after"
    return {
        "measure": step.target.measure,
        "days": abs(offset) or None,
        "place": place,
        "role": step.role,
        "action": step.action,
    }


def faults(bounds: Sequence[Bound], *, steps: Sequence[StepForm]) -> list[str]:
    """Return in sentences what does not fit between limits and steps."""
    known = {bound.measure: bound for bound in bounds}
    found = []
    seen: set[tuple[str, int, str]] = set()
    for row in steps:
        facts = row.cleaned_data
        label = Measure(facts["measure"]).label
        key = (facts["measure"], row.offset, facts["role"])
        bound = known.get(facts["measure"])
        if bound is None:
            found.append(
                _("A row speaks of “%(limit)s”, which has no days. Give days or take the row away.")
                % {"limit": label}
            )
        elif row.offset <= -bound.days:
            found.append(
                _(
                    "“%(limit)s” has %(days)s days; a row %(before)s days before it would come before the case itself."
                )
                % {"limit": label, "days": bound.days, "before": -row.offset}
            )
        if key in seen:
            found.append(
                _("Two rows of “%(limit)s” tell the same person on the same day. Take one away.")
                % {"limit": label}
            )
        seen.add(key)
    return list(dict.fromkeys(found))


class WhyForm(forms.Form):
    """Why a standard is put in force or retired."""

    reason = long_text(
        label=gettext_lazy("Reason"),
        rows=3,
        help_text=gettext_lazy("It stands in the history of the standard."),
    )


def with_more_rows(data: QueryDict) -> QueryDict:
    """Return what was typed with more empty rows for steps; nothing is lost."""
    more = data.copy()
    total = data.get("steps-TOTAL_FORMS", "0")
    number = int(total) if total.isdecimal() and len(total) < 4 else 0
    more["steps-TOTAL_FORMS"] = str(min(number + FRESH_ROWS, MOST_STEPS))
    return more
