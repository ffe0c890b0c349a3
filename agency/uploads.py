"""The form field for attachments: several files, each checked, each problem in a sentence of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency import attachments
from agency.refusal import Refused

MAX_FILES = 10


class FilesInput(forms.FileInput):
    """Chooses several files of the kinds that can be attached."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, "accept": attachments.ACCEPT, **(attrs or {})})


class AttachmentsField(forms.FileField):
    """Attachments of a form; its value is a tuple of `attachments.Checked`, ready for `attachments.attach`."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Attachments"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[attachments.Checked, ...]:
        """Check every file; all that is wrong is said at once."""
        files: list[UploadedFile] = [file for file in data or [] if file]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MAX_FILES:
            raise ValidationError(
                _("At most %(limit)s files can be attached at a time.") % {"limit": MAX_FILES}
            )
        return checked(files)


def checked(files: list[UploadedFile]) -> tuple[attachments.Checked, ...]:
    """Return the files that may be kept, or every reason why one may not."""
    kept: list[attachments.Checked] = []
    problems: list[str] = []
    for file in files:
        try:
            kept.append(attachments.check(file))
        except Refused as refusal:
            problems.append(str(refusal))
    if problems:
        raise ValidationError([ValidationError(problem) for problem in problems])
    return tuple(kept)
