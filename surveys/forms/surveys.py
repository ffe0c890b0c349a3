"""Forms about a survey as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from agency.choices import UnitsField, units
from agency.models import Unit
from surveys.models import Survey
from surveys.models.survey import CODE

LARGEST_FORM = 5 * 1024 * 1024


class DescribeForm(forms.ModelForm):
    """Titles, texts and anonymity."""

    class Meta:
        model = Survey
        fields = [
            *("title_th", "title_en", "kind", "purpose", "intro_th", "intro_en"),
            *("thanks_th", "thanks_en", "is_anonymous", "follows_up"),
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("purpose", "intro_th", "intro_en", "thanks_th", "thanks_en")
        }

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        return {**self.cleaned_data}

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class CodeForm(forms.Form):
    """The code of a new survey."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[CODE],
        help_text=_("Short and lasting, as in service_2570; it stands in files and addresses."),
    )


class BeginForm(CodeForm, DescribeForm):
    """A new survey."""

    field_order = ["code", "title_th", "title_en", "kind", "purpose", "is_anonymous"]

    class Meta(DescribeForm.Meta):
        fields = ["title_th", "title_en", "kind", "purpose", "is_anonymous"]


class PublishForm(forms.Form):
    """What changed in a version."""

    note = forms.CharField(
        label=_("What changed"),
        max_length=500,
        required=False,
        help_text=_("For colleagues who compare versions."),
    )


class ShareForm(forms.Form):
    """Which other units read the survey and its results."""

    units = UnitsField(
        label=_("Shared with"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Staff of these units read the questionnaire and the results, never single answers. None chosen: nobody but your own unit and those above."
        ),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = units().exclude(path__startswith=survey.unit.path)
        self.fields["units"].queryset = others  # type: ignore[attr-defined]


class XLSFormForm(forms.Form):
    """A form of another survey tool."""

    file = forms.FileField(
        label=_("XLSForm (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("A workbook with the sheets survey, choices and settings; at most 5 MB."),
        error_messages={"required": _("Choose the file with the form.")},
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what no questionnaire needs."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FORM:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Take pictures and other sheets out of it.")
            )
        return file
