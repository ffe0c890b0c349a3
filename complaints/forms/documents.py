"""The forms of letters and memos: writing, issuing, voiding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.choices import StaffField, offer
from agency.models import Role, Staff
from agency.units import line_of
from complaints.forms.fields import long_text
from complaints.models import Complaint, Document

NAMES = (
    *("speed", "secrecy", "subject", "to", "references", "enclosures", "body", "closing"),
    *("signer", "signer_name", "position", "has_thai_numerals"),
)


class DocumentForm(forms.Form):
    """What stands on a letter or a memo."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    to = forms.CharField(label=_("Addressee"), max_length=300)
    references = long_text(
        label=_("Refers to"), rows=2, required=False, help_text=_("One line for each.")
    )
    enclosures = long_text(
        label=_("Enclosures"), rows=2, required=False, help_text=_("One line for each.")
    )
    body = long_text(label=_("Text"), rows=12, help_text=_("Each line is a paragraph."))
    closing = forms.CharField(label=_("Closing words"), max_length=100, required=False)
    signer = StaffField(label=_("Signed by"), queryset=None, empty_label=_("Choose a person…"))
    signer_name = forms.CharField(
        label=_("Name under the signature"),
        max_length=200,
        required=False,
        help_text=_("With the title, as in นาย or นางสาว. Left empty: the name on record."),
    )
    position = forms.CharField(
        label=_("Position"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Left empty: the position on record."),
    )
    speed = forms.ChoiceField(
        label=_("Speed class"), choices=Document.Speed.choices, required=False
    )
    secrecy = forms.ChoiceField(
        label=_("Secrecy class"),
        choices=Document.Secrecy.choices,
        required=False,
        help_text=_(
            "A secret paper is seen by its writer and signer, the officer of the case and their superiors only, and is not sent by the portal."
        ),
    )
    has_thai_numerals = forms.BooleanField(label=_("Thai numerals"), required=False)

    def __init__(self, *args: Any, complaint: Complaint, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "signer", signers(complaint, staff=staff))


def signers(complaint: Complaint, *, staff: Staff) -> Any:
    """Return who may sign: heads of the unit and of those above, and the writer."""
    heads = Q(roles__overlap=[Role.SUPERVISOR, Role.EXECUTIVE], unit__in=line_of(complaint.unit))
    people = Staff.objects.active().filter(heads | Q(pk=staff.pk))
    return people.select_related("unit").order_by("unit__path", "first_name", "pk")


def begun_with(document: Document) -> dict[str, Any]:
    """Return what the form of a draft begins with."""
    told = {name: getattr(document, name) for name in NAMES}
    return told | {"signer": document.signer_id, "expected_version": document.version}


class PaperForm(forms.Form):
    """What every verb on a paper carries: the version that the person saw."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)


class IssueForm(PaperForm):
    """Whether the complainant gets the paper by the portal."""

    send_as = forms.ChoiceField(
        label=_("Send it to the complainant"),
        choices=Document.SendAs.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("The text goes as a message, the PDF onto the tracking page."),
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if document.is_memo or document.secrecy:
            del self.fields["send_as"]


class VoidForm(PaperForm):
    """Why a paper is void."""

    reason = long_text(
        label=_("Reason"), rows=3, help_text=_("It stays in the register beside the number.")
    )
