"""The forms of the list of causes: a new one, and its names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.choices import TopicField, offer
from complaints.forms.versions import VersionedForm
from complaints.models import Cause
from complaints.selectors.causes import upper_causes

NAMES = ("name_th", "name_en")


class NewCauseForm(forms.Form):
    """A cause, or a part of one."""

    name_th = forms.CharField(
        label=_("Thai name"),
        max_length=200,
        help_text=_(
            "Why it came to the complaint, not what it was about; short and without blame."
        ),
    )
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    parent = TopicField(
        label=_("Part of"),
        queryset=None,
        required=False,
        empty_label=_("Nothing: a cause of the upper level"),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("Stands in files. Left empty, it gets one; it cannot be changed later."),
    )

    def __init__(self, *args: Any, part_of: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", upper_causes())
        self.fields["parent"].initial = part_of or None


class RenameCauseForm(VersionedForm):
    """The names of a cause."""

    name_th = forms.CharField(
        label=_("Thai name"),
        max_length=200,
        help_text=_("Past cases show the new name. For another cause, add a new one."),
    )
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)

    def __init__(self, *args: Any, seen: Cause, **kwargs: Any) -> None:
        super().__init__(*args, seen=seen, **kwargs)
        for name in NAMES:
            self.fields[name].initial = getattr(seen, name)
