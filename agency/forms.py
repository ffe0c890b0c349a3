"""Forms of the ground floor: coming in, the own password, saved views."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _


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
