"""What people type at a public hearing: a place to speak, a written view, a wish for assistance, the own code."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agency.attachments import Checked
from agency.persons import PersonData
from agency.proof import ProofMixin
from agency.widgets import PhoneField
from listening.forms.hearings import CheckedFileField, long_text
from listening.lifecycle.speaking import WAYS, Speaker
from listening.lifecycle.testimonies import View
from listening.models import AgendaItem, Hearing, HelpRequest, Stance, Way

RECORD = gettext_lazy("What you send becomes part of the public record of the hearing.")


class OpenForm(ProofMixin):
    """An open form of a hearing: its own number, the issue, a contact that nobody else sees."""

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Not shown. We write what came of the hearing to it."),
    )

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hearing = hearing
        self.initial["uid"] = uuid4()

    def number(self) -> UUID:
        """Return the number of this form: the same form sent twice is one matter."""
        return self.cleaned_data["uid"] or uuid4()

    def person(self, name: str) -> PersonData | None:
        """Return the contact, if one was left."""
        email, phone = self.cleaned_data["email"], self.cleaned_data.get("phone", "")
        if not (email or phone):
            return None
        return PersonData(name=name, email=email, phone=phone, language=get_language() or "th")


def issue() -> forms.ModelChoiceField:
    """Make the field that names the issue."""
    return forms.ModelChoiceField(
        label=gettext_lazy("About which issue?"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("About all of it"),
    )


class SpeakForm(OpenForm):
    """A place in the queue."""

    shown_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        help_text=gettext_lazy(
            "It is called out and shown, and becomes part of the public record."
        ),
    )
    organisation = forms.CharField(
        label=gettext_lazy("For whom do you speak?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("An organisation or a group; empty: for yourself."),
    )
    way = forms.ChoiceField(label=gettext_lazy("How will you speak?"), widget=forms.RadioSelect)
    item = issue()
    stance = forms.ChoiceField(
        label=gettext_lazy("Your view"),
        choices=[("", gettext_lazy("Rather not say")), *Stance.choices],
        required=False,
    )
    phone = PhoneField(
        label=gettext_lazy("Telephone"),
        required=False,
        help_text=gettext_lazy("Not shown. Needed if you speak by telephone."),
    )

    field_order = ["shown_name", "organisation", "way", "item", "stance", "phone", "email"]

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, hearing=hearing, **kwargs)
        ways = [(way, way.label) for way in WAYS[Hearing.Mode(hearing.mode)]]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]
        self.fields["item"].queryset = hearing.items.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Who speaks by telephone has to be called."""
        cleaned = super().clean()
        if cleaned.get("way") == Way.PHONE and "phone" in cleaned and not cleaned["phone"]:
            self.add_error("phone", _("You want to speak by telephone: please fill this in."))
        return cleaned

    def speaker(self) -> Speaker:
        """Return it as the verb takes it."""
        cleaned = self.cleaned_data
        names = ("shown_name", "organisation", "way", "stance", "item")
        facts = {name: cleaned[name] for name in names}
        return Speaker(uid=self.number(), person=self.person(cleaned["shown_name"]), **facts)


class ViewForm(OpenForm):
    """A written view."""

    item = issue()
    stance = forms.ChoiceField(
        label=gettext_lazy("Your view"), choices=Stance.choices, widget=forms.RadioSelect
    )
    body = long_text(
        gettext_lazy("What do you want to say?"),
        rows=8,
        help_text=gettext_lazy(
            "Everybody can read it. Telephones, IDs, e-mails and names of others are covered."
        ),
    )
    shown_name = forms.CharField(
        label=gettext_lazy("Name that is shown"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: your view is shown without a name."),
    )
    organisation = forms.CharField(
        label=gettext_lazy("organisation"), max_length=200, required=False
    )
    file = CheckedFileField(label=gettext_lazy("File"), required=False)

    field_order = ["item", "stance", "body", "file", "shown_name", "organisation", "email"]

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, hearing=hearing, **kwargs)
        self.fields["item"].queryset = hearing.items.all()  # type: ignore[attr-defined]
        types = ", ".join(hearing.rules.file_types)
        self.fields["file"].help_text = _("%(types)s; the officers read it, it is not shown.") % {
            "types": types
        }
        self.fields["file"].widget.attrs["accept"] = ",".join(hearing.rules.file_types)

    def clean_file(self) -> Checked | None:
        """Take only the kinds of files that the rule set names."""
        file: Checked | None = self.cleaned_data["file"]
        types = self.hearing.rules.file_types
        if file and PurePosixPath(file.name.lower()).suffix not in types:
            raise forms.ValidationError(
                _(
                    "This hearing takes %(types)s. Save the file as one of these and attach it again."
                )
                % {"types": ", ".join(types)}
            )
        return file

    def view(self) -> View:
        """Return it as the verb takes it."""
        cleaned = self.cleaned_data
        names = ("stance", "body", "item", "shown_name", "organisation")
        facts = {name: cleaned[name] for name in names}
        files = (cleaned["file"],) if cleaned["file"] else ()
        return View(
            uid=self.number(), person=self.person(cleaned["shown_name"]), files=files, **facts
        )


class HelpForm(OpenForm):
    """A wish for assistance."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you need?"),
        choices=HelpRequest.Kind.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "For example: a place for a wheelchair, Malay. No word about your health is needed."
        ),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)

    field_order = ["kind", "words", "name", "phone", "email"]

    def clean(self) -> dict[str, Any]:
        """Somebody has to be reached."""
        cleaned = super().clean()
        if {"phone", "email"} <= cleaned.keys() and not (cleaned["phone"] or cleaned["email"]):
            self.add_error("phone", _("Leave a telephone or an e-mail, so that we can answer."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return it as the verb takes it."""
        cleaned = self.cleaned_data
        return {
            "uid": self.number(),
            "kind": cleaned["kind"],
            "words": cleaned["words"],
            "person": self.person(cleaned["name"]),
        }


class CodeForm(forms.Form):
    """The code from the receipt."""

    code = forms.CharField(label=gettext_lazy("Your code"), max_length=20)


class AppealForm(forms.Form):
    """Why a view should be shown."""

    words = long_text(gettext_lazy("Why should it be shown?"))
