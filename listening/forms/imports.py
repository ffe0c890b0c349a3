"""Importing voices: the file first, then which column fills which field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.models import Channel
from listening.lifecycle import importing

LARGEST = 100 * 1024 * 1024
LABELS = {
    "external_ref": gettext_lazy("Reference in the source"),
    "received_at": gettext_lazy("Received"),
    "body": gettext_lazy("What was said"),
    "channel": gettext_lazy("Channel"),
    "kind": gettext_lazy("Kind"),
    "sentiment": gettext_lazy("Sentiment"),
    "service": gettext_lazy("Service"),
    "segment": gettext_lazy("Segment"),
    "unit": gettext_lazy("Unit"),
    "province": gettext_lazy("Province code"),
    "district": gettext_lazy("District"),
    "place": gettext_lazy("Place"),
    "name": gettext_lazy("Name of the person"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "handle": gettext_lazy("Name in the channel"),
}


class TableForm(forms.Form):
    """A table and the name of where it comes from."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV (UTF-8 or TIS-620, also .gz) or Excel (.xlsx); the first row names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx"}),
        error_messages={
            "empty": gettext_lazy("The file is empty. Save the table again and send that file."),
            "required": gettext_lazy("Choose the file with the table."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=importing.SOURCE_LENGTH,
        help_text=gettext_lazy(
            "Always the same name for the same source: voices are recognised by it and their reference, so that a second import doubles nothing."
        ),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a file that no table of voices needs."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(size)s MB. Compress it as .gz, or split it and send the parts one by one."
                )
                % {"size": LARGEST // 1024 // 1024}
            )
        return file


class ColumnsForm(forms.Form):
    """One choice of a column for each field of a voice, and a channel for rows that name none."""

    def __init__(self, *args: Any, header: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        guessed = importing.guessed(header)
        self.guess = {name: each.column for name, each in guessed.items()}
        columns = [("", _("– not in the file –")), *((name, name) for name in header if name)]
        for name in importing.COLUMNS:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name],
                choices=columns,
                required=name in importing.REQUIRED,
                initial=self.guess.get(name, ""),
                error_messages={
                    "required": _("Choose the column; without it a row cannot become a voice.")
                },
            )
        channels = Channel.objects.filter(is_active=True).order_by("position", "code")
        self.fields["every_channel"] = forms.ChoiceField(
            label=_("Channel of rows that name none"),
            choices=[("", "–"), *((each.code, str(each)) for each in channels)],
            required=False,
        )

    def chosen(self) -> dict[str, Any]:
        """Return the mapping: as chosen, or as guessed before anything was sent."""
        told = self.cleaned_data if self.is_bound else self.guess
        fields: dict[str, Any] = {name: told[name] for name in importing.COLUMNS if told.get(name)}
        if told.get("every_channel"):
            fields["channel"] = {
                "column": fields.get("channel", ""),
                "value": told["every_channel"],
            }
        return {"fields": fields}
