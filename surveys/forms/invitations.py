"""The list of persons to be invited."""

from django import forms
from django.utils.translation import gettext_lazy as _


class GuestsForm(forms.Form):
    """A table of persons."""

    file = forms.FileField(
        label=_("List (CSV or XLSX)"),
        help_text=_(
            "Columns: name, email, reference, stratum, unit, language, weight. Without an e-mail address a letter is printed."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )


class PostedForm(forms.Form):
    """Where staff posted the link."""

    place = forms.CharField(
        label=_("LINE account or group"),
        max_length=100,
        help_text=_("As in “LINE OA of the agency”. Not the name of a person."),
    )
