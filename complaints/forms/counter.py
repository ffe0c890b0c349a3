"""What a citizen types at the public counter: filing in four steps, tracking, replying."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agency import parking
from agency.models import Channel, Person
from agency.persons import PersonData
from agency.provinces import PROVINCES
from agency.thai import is_thai
from agency.widgets import NationalIdField, PhoneField, ThaiDateField
from complaints.forms.fields import FilesField, FilesInput, check, long_text
from complaints.lifecycle import Filing
from complaints.models import Category, Kind

SOURCE = "counter"
ANONYMOUS_LEAST = (
    80  # characters: an unsigned letter is taken only with enough detail (DOMAIN.md 3)
)
MOST_FILES = 10


def provinces() -> list[tuple[str, Any]]:
    """Return the provinces in the language of the page, an empty choice first."""
    names = [(code, names[0] if is_thai() else names[1]) for code, names in PROVINCES.items()]
    return [("", _("Not stated")), *names]


class MatterForm(forms.Form):
    """Step 1: what the matter is."""

    kind = forms.ChoiceField(
        label=_("What do you want to tell us?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to tell us.")},
    )
    category = forms.ModelChoiceField(
        label=_("Which topic is closest?"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("Not sure, let the officer choose"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Category.objects.filter(is_public=True, is_active=True).select_related("parent")
        self.fields["category"].queryset = topics.order_by("code")  # type: ignore[attr-defined]


class StoryForm(forms.Form):
    """Step 2: what happened, where and when, and what is asked."""

    subject = forms.CharField(
        label=_("The matter in one line"),
        max_length=300,
        help_text=_("For example: waited four hours at the service counter"),
    )
    body = long_text(
        label=_("What happened?"),
        rows=8,
        help_text=_(
            "Who, what, where, when. Please leave out what concerns other people's health or belief."
        ),
    )
    wish = long_text(label=_("What do you ask us to do?"), rows=3, required=False)
    occurred_on = ThaiDateField(label=_("When did it happen?"), required=False)
    place = forms.CharField(label=_("Where did it happen?"), max_length=500, required=False)
    province = forms.ChoiceField(label=_("Province"), choices=provinces, required=False)


class ComplainantForm(forms.Form):
    """Step 3: who files; by name, with the name hidden from officers, or without a name."""

    class Identity:
        """How the person shows."""

        NAMED, MASKED, ANONYMOUS = "named", "masked", "anonymous"

    identity = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[
            (Identity.NAMED, _("By name: the officer who handles the matter sees who I am")),
            (Identity.MASKED, _("Name hidden: officers see my name only with a logged reason")),
            (
                Identity.ANONYMOUS,
                _("Without a name: nobody can find out who I am; I follow up with the code only"),
            ),
        ],
        widget=forms.RadioSelect,
        initial=Identity.NAMED,
    )
    name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    phone = PhoneField(label=_("Telephone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(
        label=_("Postal address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    national_id = NationalIdField(
        label=_("National ID"),
        required=False,
        help_text=_(
            "Not needed. It is stored encrypted and lets you track the matter if the code is lost."
        ),
    )
    preferred_channel = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=Person.PreferredChannel.choices,
        required=False,
        initial=Person.PreferredChannel.PAGE,
    )
    accessibility_needs = forms.CharField(
        label=_("Do you need help to communicate?"),
        max_length=300,
        required=False,
        help_text=_("For example: sign language, large print, please call in the afternoon"),
    )

    def clean(self) -> dict[str, Any]:
        """A signed complaint needs a name and one way to reach the person."""
        cleaned = super().clean() or {}
        if cleaned.get("identity") == self.Identity.ANONYMOUS:
            return cleaned
        if "name" in cleaned and not cleaned["name"]:
            self.add_error("name", _("Type your name, or choose to file without a name."))
        contacts = ("phone", "email", "address")
        if all(name in cleaned for name in contacts) and not any(
            cleaned[name] for name in contacts
        ):
            self.add_error(
                "phone",
                _("Give a telephone number, an e-mail or an address, so that we can answer."),
            )
        wanted = {"email": "email", "phone": "phone", "post": "address"}.get(
            cleaned.get("preferred_channel", "")
        )
        if wanted and wanted in cleaned and not cleaned[wanted]:
            self.add_error(wanted, _("You want the answer this way: please fill this in."))
        return cleaned

    def person(self) -> PersonData | None:
        """Return who files; None without a name."""
        cleaned = self.cleaned_data
        if cleaned["identity"] == self.Identity.ANONYMOUS:
            return None
        return PersonData(
            name=cleaned["name"],
            phone=cleaned["phone"],
            email=cleaned["email"],
            address=cleaned["address"],
            national_id=cleaned["national_id"],
            preferred_channel=cleaned["preferred_channel"] or Person.PreferredChannel.PAGE,
            language=get_language() or "th",
            accessibility_needs=cleaned["accessibility_needs"],
        )


class UncheckedFilesField(forms.FileField):
    """Several files as they came; the form checks and parks them one by one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> tuple[UploadedFile, ...]:
        """Take what came."""
        return tuple(data) if isinstance(data, list | tuple) else (data,) if data else ()


class SendForm(forms.Form):
    """Step 4: evidence, and the word that it is true; right files wait parked until all is right."""

    files = UncheckedFilesField(  # type: ignore[assignment]  # the field, not what was uploaded
        label=_("Pictures or documents"), required=False
    )
    is_true = forms.BooleanField(
        label=_("I certify that what I have told is true to the best of my knowledge."),
        error_messages={"required": _("Please certify that it is true before you send.")},
    )

    def __init__(self, *args: Any, parked: list[parking.Parked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parked = list(parked)
        self.fields["files"].help_text = _(
            "Choose files or drop them on the box: pictures, PDF, Word, Excel, sound or video; up to %(megabytes)s MB each, %(most)s files."
            " We take place and camera out of pictures. Documents, sound and video may still name their"
            " author: if nobody may know who you are, send pictures of them instead."
        ) % {"megabytes": settings.ATTACHMENT_MAX_BYTES // 1024 // 1024, "most": MOST_FILES}

    def clean_files(self) -> list[parking.Parked]:
        """Park each file that is right; say of each other what is wrong with it."""
        errors: list[str] = []
        for file in self.cleaned_data["files"]:
            errors.extend(self._park(file))
        if errors:
            raise ValidationError(errors)
        return self.parked

    def _park(self, file: UploadedFile) -> list[str]:
        if len(self.parked) >= MOST_FILES:
            return [
                _("“%(name)s” was left out: at most %(most)s files.")
                % {"name": file.name, "most": MOST_FILES}
            ]
        try:
            check(file)
        except ValidationError as error:
            return error.messages
        self.parked.append(parking.park(file))
        return []


class Draft:
    """A complaint while it is being typed: four forms over one set of posted values."""

    STEPS = ("matter", "story", "complainant", "send")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        self.data = data
        parked = parking.known(data.getlist("parked")) if data else []
        self.send_form = SendForm(data, files, parked=parked)
        self.complainant_form = ComplainantForm(data)
        self.forms: dict[str, forms.Form] = {
            "matter": MatterForm(data),
            "story": StoryForm(data),
            "complainant": self.complainant_form,
            "send": self.send_form,
        }

    def first_wrong(self, until: str) -> str | None:
        """Return the first step up to `until` that is not right yet."""
        steps = self.STEPS[: self.STEPS.index(until) + 1]
        return next((step for step in steps if not self.is_right(step)), None)

    def is_right(self, step: str) -> bool:
        """Check one step, and what one step asks of another."""
        form = self.forms[step]
        if form.is_valid() and step == "complainant":
            self._ask_enough(form)
        return form.is_valid()

    def unchecked(self, step: str) -> forms.Form:
        """Return a step with what was typed in it, its errors not shown yet."""
        typed = {name: self.data[name] for name in self.forms[step].fields if name in self.data}
        if step == "send":
            return SendForm(initial=typed, parked=self.send_form.parked)
        return type(self.forms[step])(initial=typed)

    def carried(self, step: str) -> list[tuple[str, str]]:
        """Return what the other steps have, to be carried along in hidden fields."""
        return [
            (name, value)
            for other, form in self.forms.items()
            if other != step and self.data
            for name in form.fields
            for value in self.data.getlist(name)
            if name not in ("files", "is_true")
        ]

    def filing(self, *, reference: str) -> Filing:
        """Return what the lifecycle takes; only after every step is right."""
        matter, story, complainant = (self.forms[step].cleaned_data for step in self.STEPS[:3])
        return Filing(
            kind=matter["kind"],
            category=matter["category"],
            subject=story["subject"],
            body=story["body"],
            wish=story["wish"],
            occurred_on=story["occurred_on"],
            place=story["place"],
            province=story["province"],
            channel=Channel.objects.get(code="website"),
            person=self.complainant_form.person(),
            is_anonymous=complainant["identity"] == ComplainantForm.Identity.ANONYMOUS,
            is_identity_masked=complainant["identity"] == ComplainantForm.Identity.MASKED,
            source_system=SOURCE,
            external_ref=reference,
            files=tuple(parking.fetch(parked) for parked in self.send_form.parked),
        )

    def _ask_enough(self, form: forms.Form) -> None:
        story = self.forms["story"]
        is_anonymous = form.cleaned_data["identity"] == ComplainantForm.Identity.ANONYMOUS
        if is_anonymous and story.is_valid() and len(story.cleaned_data["body"]) < ANONYMOUS_LEAST:
            form.add_error(
                "identity",
                _(
                    "Without a name we cannot ask you back. Go back and describe what happened in at least "
                    "%(least)s characters, or choose another way."
                )
                % {"least": ANONYMOUS_LEAST},
            )


class TrackForm(forms.Form):
    """Number and secret code; the national ID of the complainant serves where the code is lost."""

    number = forms.CharField(
        label=_("Complaint number"), max_length=30, help_text=_("For example: 2570-000123")
    )
    code = forms.CharField(
        label=_("Secret code or national ID"),
        max_length=30,
        help_text=_(
            "The code is on the receipt. If it is lost, type the 13-digit national ID that you gave."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ReplyForm(forms.Form):
    """What the complainant adds: an answer to our question, or more to tell."""

    body = long_text(label=_("Your message"), rows=5)
    files = FilesField(  # type: ignore[assignment]  # the field, not what was uploaded
        label=_("Pictures or documents"), required=False
    )


class WithdrawOwnForm(forms.Form):
    """The complainant withdraws; a tick, so that no stray press ends the matter."""

    prefix = "withdraw"

    is_meant = forms.BooleanField(label=_("Yes, I withdraw this matter"))
    body = long_text(label=_("Why, if you wish to say"), rows=2, required=False)


class Stage2Form(forms.Form):
    """Why the complainant is not content with the answer."""

    reason = long_text(label=_("What should be looked at again?"), rows=4)
