"""What somebody types at the door of a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from listening.models import Way

WORDS = {
    Way.SITE: gettext_lazy("I am in the hall"),
    Way.ONLINE: gettext_lazy("I take part online"),
}


class AttendForm(forms.Form):
    """The short code and how one takes part."""

    code = forms.CharField(
        label=gettext_lazy("Code at the door"),
        max_length=12,
        help_text=gettext_lazy(
            "Four letters and digits, on the notice at the door or on the screen."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    way = forms.ChoiceField(label=gettext_lazy("How do you take part?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ways: Sequence[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.value, WORDS[way]) for way in ways]  # type: ignore[attr-defined]
