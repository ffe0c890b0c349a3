"""Proof of effort at open doors, without third parties: a small sum for the machine, or a small one for the person.

A page asks for the start of a hash; a script finds it within a second. Without a script, or where the
browser lets none compute, the person answers a sum instead. A field that people do not see catches
what fills in everything. The task is signed and stands for two hours, so nothing is kept here.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.thai import arabic_digits

SALT = "agency.proof"
BITS = 16  # some 65,000 tries: half a second on a phone
STANDS_SECONDS = 2 * 3600
LONGEST = 40


def task() -> dict[str, Any]:
    """Return a fresh task: the seed for the machine, two numbers for the person."""
    return {
        "seed": secrets.token_hex(8),
        "one": 2 + secrets.randbelow(8),
        "two": 2 + secrets.randbelow(8),
    }


def is_found(seed: str, found: str) -> bool:
    """Whether what a script sent makes a hash that begins with enough noughts."""
    digest = hashlib.sha256(f"{seed}:{found}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


class ProofMixin(forms.Form):
    """Adds the task to an open form; what is wrong with it is said at the sum."""

    proof_task = forms.CharField(widget=forms.HiddenInput, required=False)
    proof_found = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    proof_sum = forms.CharField(label="", required=False, max_length=10)
    contact_url = forms.CharField(
        label=gettext_lazy("Leave this field empty"), required=False, max_length=200
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.given_task() if self.is_bound else None
        self.asked = given or task()
        self.is_spent = self.is_bound and given is None
        signed = signing.dumps(self.asked, salt=SALT)
        if self.is_bound:
            self.data = {**self.data.dict(), "proof_task": signed}  # type: ignore[attr-defined]
        self.initial["proof_task"] = signed
        self.fields["proof_sum"].required = not self.is_bound  # the machine's effort does as well
        self.fields["proof_sum"].label = _("How much is %(one)s + %(two)s?") % self.asked

    def given_task(self) -> dict[str, Any] | None:
        """Return the task that the form was given, while it stands."""
        try:
            found: dict[str, Any] = signing.loads(
                self.data.get("proof_task", ""), salt=SALT, max_age=STANDS_SECONDS
            )
        except signing.BadSignature:
            return None
        return found

    def clean_contact_url(self) -> str:
        """Refuse what fills in a field that nobody sees."""
        if self.cleaned_data["contact_url"]:
            raise ValidationError(_("Leave this field empty. It is there against automatic mails."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Take the machine's effort, or the person's sum."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.fields["proof_sum"].required = True
        if self.is_spent:
            self.add_error("proof_sum", _("The page stood open too long. Please answer this sum."))
        elif not (
            is_found(self.asked["seed"], cleaned.get("proof_found", "")) or self.is_sum(cleaned)
        ):
            self.add_error(
                "proof_sum", _("Please answer this sum, so that we know you are no machine.")
            )
        return cleaned

    def is_sum(self, cleaned: dict[str, Any]) -> bool:
        """Whether the person answered the sum, in any digits."""
        said = arabic_digits(cleaned.get("proof_sum", "")).strip()
        return bool(said == str(self.asked["one"] + self.asked["two"]))
