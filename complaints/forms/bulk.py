"""Forms for what is done to many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agency import placeholders
from agency.choices import StaffField, offer, officers
from agency.models import Staff
from agency.refusal import Refused
from complaints.forms.fields import long_text
from complaints.lifecycle.bulk import FIELDS
from complaints.models import Complaint, Outcome
from complaints.selectors.together import holders_of_cases

FIELDS_HELP = format_lazy(
    "{words} {fields}",
    words=_("Filled in for each case:"),
    fields=" ".join(f"{{{name}}}" for name in FIELDS),
)


class BulkForm(forms.Form):
    """What every bulk action carries: the cases, and that the person has read them through."""

    def __init__(
        self, *args: Any, chosen: Sequence[Complaint], staff: Staff, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.prepare(staff=staff, today=today)

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Fill in what depends on the person."""

    def arguments(self) -> dict[str, Any]:
        """Return what the job keeps: plain values."""
        return {**self.cleaned_data}

    def clean_body(self) -> str:
        """Refuse a field that does not exist: it would be sent as it stands."""
        text: str = self.cleaned_data["body"]
        try:
            placeholders.check(text, known=FIELDS)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text


class BulkAssignForm(BulkForm):
    """Give several cases to one officer."""

    to = StaffField(label=_("Officer"), queryset=None, empty_label=_("Choose an officer…"))

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer the officers of the own unit and below."""
        offer(self, "to", officers().visible_to(staff), on=today)

    def arguments(self) -> dict[str, Any]:
        """Keep the officer's id."""
        return {"to": self.cleaned_data["to"].pk}


class BulkAnswerForm(BulkForm):
    """The full answer to several complainants."""

    body = long_text(label=_("Answer to each complainant"), rows=10, help_text=FIELDS_HELP)


class BulkNoteForm(BulkForm):
    """A note on several cases."""

    body = long_text(label=_("Note"), rows=4, help_text=FIELDS_HELP)


class BulkCloseForm(BulkForm):
    """How several cases ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    cause = long_text(label=_("Root cause"), rows=3, required=False)
    learning = long_text(label=_("Learning"), rows=3, required=False)


class HandOverForm(forms.Form):
    """Whose open cases go to whom; left empty, each goes to the next in line."""

    leaver = StaffField(label=_("Whose cases"), queryset=None, empty_label=_("Choose a person…"))
    to = StaffField(
        label=_("To whom"),
        queryset=None,
        required=False,
        empty_label=_("Each to the next in line of its unit"),
    )

    def __init__(self, *args: Any, staff: Staff, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "leaver", holders_of_cases(staff), on=today)
        offer(self, "to", officers().visible_to(staff), on=today)

    def clean(self) -> dict[str, Any]:
        """Refuse to hand cases to the person who has them."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("to") and cleaned.get("to") == cleaned.get("leaver"):
            self.add_error("to", _("These are this person’s own cases. Choose somebody else."))
        return cleaned
