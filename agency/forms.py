"""Forms of the ground floor: coming in, the own password, saved views."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from agency import units
from agency.choices import StaffField
from agency.models import SavedFilter, Staff
from agency.widgets import ThaiDateField


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""


class SaveViewForm(forms.Form):
    """A name for the view of a list that is open."""

    page = forms.CharField(max_length=60)
    name = forms.CharField(label=_("name"), max_length=60)
    query = forms.CharField(max_length=1000, required=False)
    is_shared = forms.BooleanField(required=False)

    def clean_query(self) -> str:
        """Keep a plain query string: never a place in the list."""
        query: Any = self.cleaned_data["query"]
        return str(query).lstrip("?")


class EditViewForm(forms.ModelForm):
    """Another name for a saved view, and its place."""

    position = forms.IntegerField(min_value=0, max_value=999)

    class Meta:
        model = SavedFilter
        fields = ["owner", "page", "name", "position"]

    def __init__(self, data: Any, *, instance: SavedFilter) -> None:
        known = data.copy()
        known["owner"], known["page"] = (
            str(instance.owner_id),
            instance.page,
        )  # for the name to be once
        super().__init__(known, instance=instance)


class LeaveForm(forms.Form):
    """From when until when somebody is away, and who deputises."""

    first = ThaiDateField(label=_("on leave from"))
    last = ThaiDateField(label=_("on leave until"), help_text=_("The last day away."))
    deputy = StaffField(
        label=_("deputy"),
        queryset=Staff.objects.none(),
        required=False,
        help_text=_("Gets your reminders while you are away."),
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("StaffField", self.fields["deputy"]).queryset = units.deputies_of(staff)
