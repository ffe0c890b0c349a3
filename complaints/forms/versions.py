"""Forms that carry the version of what the person saw, and keep what was typed when somebody was faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.utils.datastructures import MultiValueDict

from agency.models import AuditEntry
from agency.refusal import Refused
from complaints.lifecycle import Outdated


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


class VersionedForm(forms.Form):
    """What every form about one row carries: the version of the row that the person saw."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    changes: Sequence[AuditEntry] = ()  # what somebody else did meanwhile

    def __init__(self, *args: Any, seen: Versioned, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        self.fields["expected_version"].initial = seen.version

    def refuse(self, refusal: Refused) -> None:
        """Show why the lifecycle refused; after somebody else's change, the next try is for the new version."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, Outdated):
            self.changes = refusal.changes
            key = self.add_prefix("expected_version")
            self.data = MultiValueDict({name: [value] for name, value in self.data.items()})
            self.data[key] = str(self.seen.version)
