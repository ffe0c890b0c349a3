"""The form of a canned reply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency import placeholders
from agency.choices import UnitField, offer, units
from agency.models import Staff
from agency.refusal import Refused
from complaints.forms.fields import long_text
from complaints.models import CANNED_FIELDS, CannedReply


class FieldsChecked(forms.BaseForm):
    """Refuses fields that nobody can fill in, in both texts."""

    cleaned_data: dict[str, Any]

    def clean_body_th(self) -> str:
        """Check the Thai text."""
        return self.checked("body_th")

    def clean_body_en(self) -> str:
        """Check the English text."""
        return self.checked("body_en")

    def checked(self, name: str) -> str:
        """Return a text whose fields are known."""
        text: str = self.cleaned_data[name]
        try:
            placeholders.check(text, known=CANNED_FIELDS)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text


class CannedModelForm(FieldsChecked, forms.ModelForm):
    """The form of the admin."""

    class Meta:
        model = CannedReply
        fields = ("unit", "use", "title", "body_th", "body_en", "is_active")


class CannedReplyForm(FieldsChecked, forms.Form):
    """A text with fields in it, for a unit and those below."""

    unit = UnitField(
        label=_("Unit"), queryset=None, help_text=_("The units below can use the text too.")
    )
    use = forms.ChoiceField(label=_("For"), choices=CannedReply.Use.choices)
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What officers choose it by.")
    )
    body_th = long_text(label=_("Thai text"), rows=8, required=False)
    body_en = long_text(label=_("English text"), rows=6, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(
        self, *args: Any, staff: Staff, reply: CannedReply | None = None, **kwargs: Any
    ) -> None:
        begun = (
            {
                name: getattr(reply, name)
                for name in ("use", "title", "body_th", "body_en", "is_active")
            }
            | {"unit": reply.unit_id}
            if reply
            else {"unit": staff.unit_id, "is_active": True}
        )
        kwargs["initial"] = begun
        super().__init__(*args, **kwargs)
        offer(self, "unit", units().filter(path__startswith=staff.unit.path))

    def clean(self) -> dict[str, Any]:
        """Ask for one text at least."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("body_th") or cleaned.get("body_en")):
            self.add_error("body_th", _("Write the text in Thai or in English."))
        return cleaned
