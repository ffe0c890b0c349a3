"""Taking a voice in within half a minute, at the desk or on a phone in the field; writing an outing down."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.models import Channel, Segment, Service, Staff
from agency.persons import PersonData
from agency.provinces import province_choices
from agency.thai import BANGKOK
from agency.widgets import PhoneField, ThaiDateField
from listening.forms.voices import UNSAID, text_field
from listening.lifecycle import Heard
from listening.models import Kind, Occasion, Urgency

NOON = time(12)
PERSON_FIELDS = ("name", "phone", "email")


class VoiceForm(forms.Form):
    """What somebody said; only the words and the channel are needed."""

    body = text_field(gettext_lazy("What was said"), rows=4)
    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"),
        queryset=Channel.objects.filter(is_active=True),
        empty_label=gettext_lazy("Choose…"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Classify later")), *Kind.choices],
        required=False,
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL
    )
    segment = forms.ModelChoiceField(
        label=gettext_lazy("Segment"),
        queryset=Segment.objects.filter(is_active=True),
        required=False,
        empty_label=UNSAID[1],
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Service.objects.filter(is_active=True),
        required=False,
        empty_label=UNSAID[1],
    )
    province = forms.ChoiceField(label=gettext_lazy("Province"), choices=[], required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=300, required=False)
    received_on = ThaiDateField(
        label=gettext_lazy("Heard on"), required=False, help_text=gettext_lazy("Left empty: now.")
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Wishes to stay anonymous"),
        required=False,
        help_text=gettext_lazy("No name or number is kept, and no hour."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    handle = forms.CharField(
        label=gettext_lazy("Name in the channel"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("As on Facebook or LINE."),
    )

    def __init__(
        self, *args: Any, staff: Staff, occasion: Occasion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.occasion = staff, occasion
        provinces = [("", UNSAID[1]), *province_choices()]
        self.fields["province"].choices = provinces  # type: ignore[attr-defined]
        if occasion:
            self.initial.update(
                segment=occasion.segment_id,
                province=occasion.province,
                place=occasion.place,
                received_on=occasion.held_on,
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a name beside the wish to stay anonymous, so that none is lost or kept unawares."""
        told = self.cleaned_data
        if told.get("is_anonymous") and any(told.get(name) for name in (*PERSON_FIELDS, "handle")):
            raise ValidationError(
                _("Anonymous and a name do not go together. Take one of the two out.")
            )
        return told

    def heard(self) -> Heard:
        """Return what was heard, as the lifecycle takes it."""
        told = self.cleaned_data
        day = told["received_on"]
        person = {name: told[name] for name in PERSON_FIELDS}
        return Heard(
            **{
                name: told[name]
                for name in (
                    *("body", "channel", "kind", "urgency", "segment", "service"),
                    *("province", "place", "is_anonymous", "handle"),
                )
            },
            unit=self.occasion.unit if self.occasion else self.staff.unit,
            occasion=self.occasion,
            person=PersonData(**person) if any(person.values()) else None,
            received_at=datetime.combine(day, NOON, BANGKOK) if day else None,
        )


class OccasionForm(forms.ModelForm):
    """An outing: where, when, with how many, what was noted."""

    held_on = ThaiDateField(label=gettext_lazy("Held on"))
    province = forms.ChoiceField(label=gettext_lazy("Province"), choices=[], required=False)

    class Meta:
        model = Occasion
        fields = [
            *("kind", "title", "held_on", "place", "province", "segment", "people_count", "notes"),
        ]
        widgets = {"notes": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = [("", UNSAID[1]), *province_choices()]
        self.fields["province"].choices = provinces  # type: ignore[attr-defined]
        self.fields["segment"].queryset = Segment.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
