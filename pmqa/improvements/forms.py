"""What is typed into this room."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.choices import ListedField, StaffField, officers, units
from agency.models import Segment, Service, Staff
from agency.refusal import Refused
from agency.thai import local_day
from agency.widgets import ThaiDateField
from pmqa.improvements.models import Improvement, Stage
from pmqa.improvements.selectors.series import measure_choices

LONG_TEXT = 5000


def text_field(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Return a field for a long text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONG_TEXT, widget=widget, **kwargs)


class ImprovementForm(forms.ModelForm):
    """What an improvement is about."""

    segment = ListedField(label=gettext_lazy("Segment"), queryset=None, required=False)
    service = ListedField(label=gettext_lazy("Service"), queryset=None, required=False)
    owner = StaffField(label=gettext_lazy("Responsible"), queryset=None, required=False)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Improvement
        fields = [
            *("title", "problem", "idea", "audience", "segment", "service", "owner"),
            *("budget", "spent"),
        ]
        widgets = {
            "problem": forms.Textarea(attrs={"rows": 4}),
            "idea": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "segment": Segment.objects.filter(is_active=True),
            "service": Service.objects.filter(is_active=True),
            "owner": officers().visible_to(staff),
        }
        for name, rows in choices.items():
            cast("ListedField", self.fields[name]).queryset = rows
        if self.instance.pk:
            self.fields["expected_version"].initial = self.instance.version
        else:
            del self.fields["spent"]

    def clean(self) -> dict[str, Any]:
        """A service for a group names the group."""
        told = super().clean() or {}
        if told.get("audience") == Improvement.Audience.GROUP and not told.get("segment"):
            self.add_error("segment", _("Choose the segment for whom the service is made."))
        return told


class StepForm(forms.Form):
    """A verb without anything to type; it carries the version that the person saw."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, improvement: Improvement, staff: Staff, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.improvement, self.staff, self.today = improvement, staff, local_day(at)
        self.fields["expected_version"].initial = improvement.version

    def refuse(self, refusal: Refused) -> None:
        """Show why the verb was refused."""
        self.add_error(None, str(refusal))


class MoveForm(StepForm):
    """To which stage, and why."""

    stage = forms.ChoiceField(label=pgettext_lazy("of an improvement", "Stage"), choices=Stage)
    note = forms.CharField(
        label=gettext_lazy("What was learned at this stage"), max_length=500, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = list(Stage)
        place = stages.index(Stage(self.improvement.stage))
        self.fields["stage"].initial = stages[min(place + 1, len(stages) - 1)]


class DueForm(StepForm):
    """By when it is done."""

    due_on = ThaiDateField(label=gettext_lazy("To be completed by"))
    reason = forms.CharField(
        label=gettext_lazy("Why the day is moved"), max_length=500, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.improvement.due_on:
            del self.fields["reason"]


class MilestoneForm(StepForm):
    """A milestone of the plan."""

    what = forms.CharField(label=gettext_lazy("What is reached"), max_length=300)
    owner = StaffField(label=gettext_lazy("Responsible"), queryset=None)
    due_on = ThaiDateField(label=gettext_lazy("Due"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["expected_version"]  # two may add milestones at the same time
        field = cast("StaffField", self.fields["owner"])
        field.queryset = officers().visible_to(self.staff)
        field.initial = self.improvement.owner_id


class GuidelineForm(StepForm):
    """A guideline and the units that follow it."""

    text = text_field(gettext_lazy("Guideline"), rows=8)
    everybody = forms.BooleanField(
        label=gettext_lazy("To all units of the improvement’s unit and below"),
        required=False,
        initial=True,
    )
    to: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Or to these units"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Used where not all units are chosen."),
    )
    acknowledge_by = ThaiDateField(label=gettext_lazy("To be acknowledged by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units().filter(path__startswith=self.improvement.unit.path)
        cast("forms.ModelMultipleChoiceField", self.fields["to"]).queryset = self.units
        newest = self.improvement.guidelines.order_by("-number").first()
        if newest:
            self.fields["text"].initial = newest.text

    def clean(self) -> dict[str, Any]:
        """Turn the choice into units."""
        told = super().clean() or {}
        if told.pop("everybody", False):
            told["to"] = list(self.units)
        elif not told.get("to"):
            self.add_error("to", _("Choose at least one unit."))
        told["text"] = str(told.get("text") or "").replace("\r\n", "\n").strip()
        return told


class FinishForm(StepForm):
    """What came of it."""

    result = text_field(gettext_lazy("Result of the improvement"))


class DropForm(StepForm):
    """Why it is dropped."""

    reason = text_field(gettext_lazy("Why it is dropped"))


class PublishForm(StepForm):
    """What citizens read."""

    summary_th = text_field(gettext_lazy("Summary for citizens in Thai"), rows=5)
    summary_en = text_field(gettext_lazy("Summary for citizens in English"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("summary_th", "summary_en"):
            self.fields[name].initial = getattr(self.improvement, name)


class MeasureForm(StepForm):
    """By what, and since when, before and after are held against each other."""

    measure = forms.ChoiceField(label=gettext_lazy("Measured by"))
    changed_on = ThaiDateField(
        label=gettext_lazy("Changed since"),
        help_text=gettext_lazy("The month of this day is the first that counts as after."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["expected_version"]
        cast("forms.ChoiceField", self.fields["measure"]).choices = measure_choices(
            self.improvement
        )
        if self.improvement.live_at:
            self.fields["changed_on"].initial = local_day(self.improvement.live_at)

    def clean_changed_on(self) -> date:
        """Return the first of the month; one that lies ahead has no after."""
        day: date = self.cleaned_data["changed_on"]
        if day > self.today:
            raise ValidationError(_("This day lies ahead: there is no after yet."))
        return day.replace(day=1)
