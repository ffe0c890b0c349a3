"""What is asked of people who assess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from agency.attachments import Checked, check
from agency.choices import StaffField, offer
from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.widgets import ThaiDateField
from pmqa.assessment.lifecycle import Entry
from pmqa.assessment.models import Exhibit, PlanStep, Tick
from pmqa.assessment.models.criteria import FIRST_YEAR, LAST_YEAR
from pmqa.assessment.selectors import LevelPart

LONG = 8000


class StartForm(forms.Form):
    """Which fiscal year to assess, and whether to begin with last year's words."""

    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)
    is_copying = forms.BooleanField(
        label=_("Begin with the explanations of the last assessment"),
        required=False,
        initial=True,
        help_text=_("They are marked as copied until they are changed. Ticks are not copied."),
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class LevelForm(forms.Form):
    """What a side says to a level: the boxes it ticks and its words."""

    boxes = forms.TypedMultipleChoiceField(
        label=_("What has been shown"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, part: LevelPart, side: str, **kwargs: Any) -> None:
        is_unit = side == Tick.Side.UNIT
        answer = part.answer
        words = (answer.explanation if is_unit else answer.remark) if answer else ""
        kwargs["prefix"] = f"level{part.level.value}"
        kwargs["initial"] = {
            "boxes": part.ticked_ids(side),
            "text": words,
            "version": answer.version if answer else 0,
        }
        super().__init__(*args, **kwargs)
        self.part = part
        self.fields["boxes"].choices = [(line.box.pk, str(line.box)) for line in part.boxes]  # type: ignore[attr-defined]
        if not is_unit:
            self.fields["text"].label = _("Committee’s remark")
            self.fields["boxes"].label = _("What the committee found shown")

    def entry(self) -> Entry:
        """Return what was said."""
        data = self.cleaned_data
        return Entry(
            level=self.part.level.value,
            text=data["text"].replace("\r\n", "\n"),
            boxes=frozenset(data["boxes"]),
            version=data["version"],
        )


class EvidenceForm(forms.Form):
    """A file for a level of an item."""

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[
            choice for choice in Exhibit.Kind.choices if choice[0] != Exhibit.Kind.OFFERED.value
        ],
        widget=forms.RadioSelect,
        initial=Exhibit.Kind.EVIDENCE,
    )
    title = forms.CharField(
        label=_("title"),
        max_length=200,
        required=False,
        help_text=_("Empty: the name of the file."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF; a workflow may also be a picture and has at most two pages."),
    )

    def clean_file(self) -> Checked:
        """Check the file by its content."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            return check(file)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="file") from refusal


class ReasonForm(forms.Form):
    """Why an assessment is sent back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanForm(forms.Form):
    """What is done about a gap, by whom, by when."""

    action = forms.CharField(
        label=_("What will be done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = StaffField(label=_("Responsible"), queryset=Staff.objects.none())
    due_on = ThaiDateField(label=_("To be done by"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, unit: Unit, step: PlanStep | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": step.version if step else 0}
        if step:
            kwargs["initial"] |= {
                "action": step.action,
                "owner": step.owner_id,
                "due_on": step.due_on,
            }
        super().__init__(*args, **kwargs)
        rows = Staff.objects.active().filter(unit__path__startswith=unit.path)
        offer(self, "owner", rows.select_related("unit").order_by("unit__path", "first_name", "pk"))

    def refuse(self, refusal: Refused, *, version: int) -> None:
        """Show why it was refused; the next try is for the version that stands now."""
        self.add_error(None, str(refusal))
        self.data = MultiValueDict({name: [value] for name, value in self.data.items()})
        self.data["version"] = str(version)


class CriteriaFileForm(forms.Form):
    """Criteria of a fiscal year as a file."""

    year = forms.IntegerField(
        label=_("Fiscal year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("In พ.ศ., as in 2570."),
    )
    title = forms.CharField(label=_("Thai name"), max_length=200)
    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX."))

    def taken(self) -> dict[str, Any]:
        """Return what the import asks for."""
        data = self.cleaned_data
        return {"file": data["file"], "year": data["year"], "title": data["title"]}


class OutcomeForm(forms.Form):
    """What came of a step."""

    outcome = forms.CharField(
        label=_("What came of it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FollowUpForm(forms.Form):
    """How the plan goes."""

    told = forms.CharField(
        label=_("How the plan goes"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
