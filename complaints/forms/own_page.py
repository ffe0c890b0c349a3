"""The complainant's own page: asking for the link, and the choices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.models import Person


class LinkForm(forms.Form):
    """The address to which the link goes."""

    email = forms.EmailField(label=_("E-mail that you gave when you filed"))


class ChoicesForm(forms.Form):
    """Language, way of answering, and what somebody needs to be served."""

    prefix = "choices"

    language = forms.ChoiceField(
        label=_("Language of our letters"), choices=[("th", _("Thai")), ("en", _("English"))]
    )
    channel = forms.ChoiceField(
        label=_("How shall we answer?"), choices=Person.PreferredChannel.choices
    )
    needs = forms.CharField(
        label=_("Do you need help to communicate?"),
        max_length=300,
        required=False,
        help_text=_("For example: sign language, large print, please call in the afternoon"),
    )


def choices_form(person: Person) -> ChoicesForm:
    """Return the form with what is kept."""
    kept = {
        "language": person.language,
        "channel": person.preferred_channel,
        "needs": person.accessibility_needs,
    }
    return ChoicesForm(initial=kept)
