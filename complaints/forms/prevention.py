"""Planning a corrective action and saying what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.choices import StaffField, TopicField, UnitField, offer, officers
from agency.models import Staff, Unit
from agency.widgets import ThaiDateField
from complaints.forms.fields import FilesField, long_text
from complaints.forms.versions import VersionedForm
from complaints.models import Cause, Complaint
from complaints.selectors.choices import causes


class PlanForm(forms.Form):
    """What is to be done, by whom and until when."""

    what = forms.CharField(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A change that removes the cause. No names of complainants."),
    )
    cause = TopicField(label=_("Cause"), queryset=None, required=False)
    unit = UnitField(label=_("Unit"), queryset=None)
    owner = StaffField(label=_("Responsible"), queryset=None, empty_label=_("Choose a person…"))
    due_on = ThaiDateField(label=_("Due"))

    def __init__(
        self,
        *args: Any,
        staff: Staff,
        today: date,
        complaint: Complaint | None = None,
        cause: Cause | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.complaint = complaint
        known = complaint.cause_code_id if complaint else None
        self.fields["cause"].initial = cause.pk if cause else known
        self.fields["unit"].initial = complaint.unit_id if complaint else staff.unit_id
        offer(self, "cause", causes())
        offer(self, "unit", Unit.objects.below(staff.unit).order_by("path"))
        offer(self, "owner", officers().visible_to(staff), on=today)

    def clean(self) -> dict[str, Any]:
        """An action without a case is about a cause."""
        cleaned = super().clean() or self.cleaned_data
        if self.complaint is None and not cleaned.get("cause") and "cause" not in self.errors:
            self.add_error("cause", _("Choose the cause that the action removes."))
        return cleaned


class FinishForm(VersionedForm):
    """What was done, with evidence."""

    result = long_text(label=_("What was done"), rows=4)
    files = FilesField(label=_("Evidence"), required=False)  # type: ignore[assignment]


class DropForm(VersionedForm):
    """Why it is given up."""

    reason = long_text(label=_("Reason"), rows=3)
