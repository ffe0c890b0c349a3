"""The forms of sub-tasks: asking others on a case, replying, returning, doing without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.choices import UnitsField, units
from agency.models import Attachment, AuditEntry, PartnerAgency, Staff, Unit
from agency.refusal import Refused
from complaints.forms.actions import ActionForm
from complaints.forms.fields import FilesField, long_text
from complaints.lifecycle import Outdated
from complaints.lifecycle.fanout import MOST_DAYS, is_secret
from complaints.models import SubTask
from complaints.selectors.subtasks import files_of

USUAL_DAYS = 5


class FanOutForm(ActionForm):
    """Whom to ask, what, until when, and what they may see."""

    question = long_text(
        label=_("What is asked of them"),
        rows=4,
        help_text=_("They read this. Do not name the complainant."),
    )
    units = UnitsField(
        label=_("Units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agencies = forms.ModelMultipleChoiceField(
        label=_("Other agencies"),
        queryset=PartnerAgency.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Write to them yourself; their reply is keyed in when it comes."),
    )
    days = forms.IntegerField(
        label=_("Reply within (working days)"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=_("Counted on the calendar of each unit."),
    )
    is_filing_shown = forms.BooleanField(
        label=_("They may read what was filed"),
        required=False,
        initial=True,
        help_text=_("Never who filed it."),
    )
    files = forms.ModelMultipleChoiceField(  # type: ignore[assignment]
        label=_("Files they may open"),
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer the other units, and of a case with a secret neither its text."""
        others = units().exclude(pk=self.complaint.unit_id)
        cast("forms.ModelMultipleChoiceField[Unit]", self.fields["units"]).queryset = others
        files = files_of(self.complaint)
        if files:
            field = cast("forms.ModelMultipleChoiceField[Attachment]", self.fields["files"])
            field.queryset = files
        else:
            del self.fields["files"]
        if is_secret(self.complaint):
            del self.fields["is_filing_shown"]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("units") and not cleaned.get("agencies"):
            self.add_error("units", _("Please choose at least one unit or agency."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return lists instead of queries."""
        lists = {"units", "agencies", "files"}
        return {
            name: list(value) if name in lists else value
            for name, value in self.cleaned_data.items()
        }


class SubTaskForm(forms.Form):
    """What the forms of a sub-task share; one that has ended takes no more, so it needs no version."""

    changes: Sequence[AuditEntry] = ()  # what somebody else did meanwhile

    def __init__(self, *args: Any, subtask: SubTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subtask = subtask

    def refuse(self, refusal: Refused) -> None:
        """Show why the lifecycle refused, and what somebody else did meanwhile."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, Outdated):
            self.changes = refusal.changes


class SubTaskReplyForm(SubTaskForm):
    """The reply, with files."""

    body = long_text(
        label=_("Reply"), rows=6, help_text=_("It becomes part of the answer to the complainant.")
    )
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]


class SubTaskReasonForm(SubTaskForm):
    """Why there is no reply."""

    reason = long_text(label=_("Reason"), rows=3)
