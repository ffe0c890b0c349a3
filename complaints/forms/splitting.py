"""The form by which a case is split into several."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.choices import TopicField, UnitField, offer, units
from agency.models import Attachment, Staff
from complaints.forms.actions import ActionForm
from complaints.forms.fields import LONG_TEXT
from complaints.lifecycle import Part
from complaints.lifecycle.intake import SUBJECT_LENGTH
from complaints.selectors.choices import categories
from complaints.selectors.subtasks import files_of

PARTS = (1, 2, 3)
HEADS = {
    1: _("First further matter, in a few words"),
    2: _("Second further matter, in a few words"),
    3: _("Third further matter, in a few words"),
}


class SplitForm(ActionForm):
    """What each further matter is, and whose; the second and third may stay empty."""

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Ask the same of each matter."""
        for number in PARTS:
            is_first = number == 1
            self.fields[f"subject{number}"] = forms.CharField(
                label=HEADS[number], max_length=SUBJECT_LENGTH, required=is_first
            )
            self.fields[f"body{number}"] = forms.CharField(
                label=_("What happened"),
                max_length=LONG_TEXT,
                required=is_first,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            self.fields[f"category{number}"] = TopicField(
                label=_("Category"), queryset=None, required=False
            )
            self.fields[f"unit{number}"] = UnitField(
                label=_("Owning unit"), queryset=None, required=False, empty_label=_("As this case")
            )
            offer(self, f"category{number}", categories())
            offer(self, f"unit{number}", units())
        files = files_of(self.complaint)
        if files:
            self.fields["files"] = forms.ModelMultipleChoiceField(
                label=_("Files that go along"),
                queryset=files,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Each further matter gets a copy."),
            )

    def clean(self) -> dict[str, Any]:
        """Ask for both the subject and the facts of a matter of which one is written."""
        cleaned = super().clean() or self.cleaned_data
        for number in PARTS[1:]:
            subject, body = cleaned.get(f"subject{number}"), cleaned.get(f"body{number}")
            if body and not subject:
                self.add_error(f"subject{number}", _("Please say in a few words what it is about."))
            if subject and not body:
                self.add_error(f"body{number}", _("Please describe what happened."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return the matters that were written."""
        told = self.cleaned_data
        parts = [
            Part(
                subject=told[f"subject{number}"],
                body=told[f"body{number}"],
                category=told[f"category{number}"],
                unit=told[f"unit{number}"] or self.complaint.unit,
            )
            for number in PARTS
            if told[f"subject{number}"]
        ]
        files: list[Attachment] = list(told.get("files", ()))
        return {"parts": parts, "files": files, "expected_version": told["expected_version"]}
