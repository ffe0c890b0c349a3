"""What has been typed of a new case so far, half sentences and half numbers included."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from agency.widgets import NationalIdField, PhoneField
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
