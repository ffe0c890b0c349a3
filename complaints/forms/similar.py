"""What has been typed of a new case so far, half sentences and half numbers included."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from agency.models import PartnerAgency
from agency.widgets import NationalIdField, PhoneField, ThaiDateField
from complaints.forms.fields import FilesField
from complaints.models import Kind
from complaints.selectors.similar import Matter, persons_with


class TypedForm(forms.Form):
    """The fields of the intake form that similar cases are found by; what cannot be read yet is left out."""

    subject = forms.CharField(max_length=300, required=False)
    body = forms.CharField(required=False)
    kind = forms.CharField(required=False)
    is_confidential = forms.BooleanField(required=False)
    is_anonymous = forms.BooleanField(required=False)
    unit = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    category = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    place = forms.CharField(required=False)
    district = forms.CharField(required=False)
    phone = PhoneField(required=False)
    email = forms.EmailField(required=False)
    national_id = NationalIdField(required=False)

    def matter(self, *, at: datetime) -> Matter | None:
        """Return what to compare; nothing for what only named persons may read."""
        self.is_valid()
        told = self.cleaned_data
        if told.get("kind") in Kind.restricted() or told.get("is_confidential"):
            return None
        return Matter(
            subject=told.get("subject", ""),
            body=told.get("body", ""),
            at=at,
            unit=told.get("unit"),
            category=told.get("category"),
            place=told.get("place", ""),
            district=told.get("district", ""),
            persons=[] if told.get("is_anonymous") else self.persons(told),
        )

    def persons(self, told: dict[str, Any]) -> list[int]:
        """Return the persons known by what was typed of the complainant."""
        return persons_with(
            phone=told.get("phone", ""),
            email=told.get("email", ""),
            national_id=told.get("national_id", ""),
        )


class LetterForm(forms.Form):
    """What is known so far of a letter that is being typed in; what cannot be read yet is left out."""

    letter_number = forms.CharField(max_length=100, required=False)
    letter_on = ThaiDateField(required=False)
    from_agency = forms.ModelChoiceField(queryset=PartnerAgency.objects.all(), required=False)
    files = FilesField(required=False)  # type: ignore[assignment]

    def facts(self) -> dict[str, Any]:
        """Return what a letter seen before is found by."""
        self.is_valid()
        told = self.cleaned_data
        return {
            "number": told.get("letter_number", ""),
            "dated_on": told.get("letter_on"),
            "agency": told.get("from_agency"),
            "hashes": [file.sha256 for file in told.get("files", ())],
        }

    def wrong_files(self) -> list[str]:
        """Say at once what is wrong with a chosen file, before everything else is typed."""
        return [str(error) for error in self.errors.get("files", ())]
