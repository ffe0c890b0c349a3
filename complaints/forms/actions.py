"""One form per verb of the case page; what is asked for, never what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agency.choices import StaffField, TopicField, UnitField, offer, officers, units
from agency.models import PartnerAgency, Staff
from agency.thai import arabic_digits
from complaints.forms.fields import FilesField, MentionTextarea, long_text
from complaints.forms.versions import VersionedForm
from complaints.models import Complaint, Grade, Kind, LinkKind, Outcome, RejectionReason
from complaints.selectors.choices import categories, causes
from complaints.selectors.linked import similar_to
from complaints.selectors.subtasks import joined_answer

REASON = 1000


class ActionForm(VersionedForm):
    """What every action on a case shares."""

    def __init__(
        self, *args: Any, complaint: Complaint, staff: Staff, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, seen=complaint, **kwargs)
        self.complaint = complaint
        self.prepare(staff=staff, today=today)

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Fill in what depends on the case or on the person."""

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        return {**self.cleaned_data}


def files_field(help_text: Any = "") -> FilesField:
    """Make the field for the files of a message."""
    return FilesField(label=_("Files"), required=False, help_text=help_text)


SEEN = _("The complainant sees them on the tracking page.")


class AcknowledgeForm(ActionForm):
    """Tell the complainant that the case has arrived."""

    body = long_text(
        label=_("Words to the complainant"),
        rows=4,
        required=False,
        help_text=_("Left empty, the usual acknowledgement with number and time limit is sent."),
    )


class ScreenForm(ActionForm):
    """Say what the case is and whose it is; the time limit follows from it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    grade = forms.ModelChoiceField(label=_("Grade"), queryset=Grade.objects.order_by("number"))
    category = TopicField(label=_("Category"), queryset=None)
    unit = UnitField(label=_("Owning unit"), queryset=None)
    stage2_reason = long_text(
        label=_("Serious: straight to stage 2, because"),
        rows=2,
        required=False,
        help_text=_(
            "Filled in, another reviewer takes the case at once and the limit of stage 2 runs."
        ),
    )

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Begin with what was said at intake."""
        offer(self, "category", categories())
        offer(self, "unit", units())
        for name in ("kind", "grade", "category", "unit"):
            attribute = name if name == "kind" else f"{name}_id"
            self.fields[name].initial = getattr(self.complaint, attribute)
        if self.complaint.stage != 1:
            del self.fields["stage2_reason"]


class AssignForm(ActionForm):
    """Choose the officer."""

    to = StaffField(label=_("Officer"), queryset=None, empty_label=_("Choose an officer…"))

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer the officers who may see the case."""
        offer(self, "to", officers_for(self.complaint), on=today)


def officers_for(complaint: Complaint) -> QuerySet[Staff]:
    """Return the officers of the owning unit and below; for a restricted case those named for it."""
    if complaint.is_restricted:
        return officers().filter(pk__in=complaint.readers.values("staff"))
    return officers().filter(unit__path__startswith=complaint.unit.path)


class AskForm(ActionForm):
    """Ask the complainant; the clock stands still until the answer."""

    body = long_text(
        label=_("Question to the complainant"),
        help_text=_(
            "The time limit stops until the complainant replies, or the longest pause is over."
        ),
    )
    files = files_field(SEEN)  # type: ignore[assignment]


class ResumeForm(ActionForm):
    """Let the clock go on although no reply came in writing."""

    why = forms.CharField(
        label=_("Why the case goes on"),
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: the complainant answered by telephone."),
    )


class NoteForm(ActionForm):
    """A note that stays in the house; colleagues are named in it by @ and hear of it."""

    body = long_text(
        label=_("Note"),
        rows=4,
        help_text=_("Only staff read it. Write @ and a user name to call a colleague’s attention."),
    )
    files = files_field()  # type: ignore[assignment]

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Let colleagues be found who may see the case."""
        url = reverse("complaints:people", args=[self.complaint.pk])
        self.fields["body"].widget = MentionTextarea(url=url, attrs={"rows": 4})


class ProgressForm(ActionForm):
    """A progress letter."""

    body = long_text(
        label=_("Progress so far"),
        help_text=_("Sent to the complainant; the next progress letter is due 15 days later."),
    )
    files = files_field(SEEN)  # type: ignore[assignment]


class AnswerForm(ActionForm):
    """The full answer; it stops the time limit."""

    body = long_text(
        label=_("Answer to the complainant"),
        rows=10,
        help_text=_(
            "Say what was found, what is done about it, and what the complainant can do next."
        ),
    )
    files = files_field(SEEN)  # type: ignore[assignment]

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Begin with what the units and agencies replied."""
        self.fields["body"].initial = joined_answer(self.complaint)


class ReturnAnswerForm(ActionForm):
    """What is to be changed in a drafted answer."""

    reason = long_text(label=_("What is to be changed"), rows=4, help_text=_("Only staff read it."))


class ExtendForm(ActionForm):
    """Ask for more time."""

    days = forms.IntegerField(label=_("How many more days"), min_value=1, max_value=180)
    reason = long_text(
        label=_("Reason"), rows=4, help_text=_("The supervisor decides; the complainant is told.")
    )


class DecideExtensionForm(ActionForm):
    """Grant or refuse more time."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant the extension")), ("no", _("Refuse the extension"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    remark = long_text(label=_("Remark"), rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for words when the answer is no."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("granted") is False and not cleaned.get("remark"):
            self.add_error("remark", _("Say why, so that the officer knows how to go on."))
        return cleaned


class ReasonForm(ActionForm):
    """Something that needs only a reason."""

    reason = long_text(label=_("Reason"), rows=4)


class RejectForm(ActionForm):
    """Why the matter is not accepted."""

    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=RejectionReason.objects.filter(is_active=True),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    body = long_text(
        label=_("Words to the complainant"),
        rows=4,
        required=False,
        help_text=_(
            "The reason and what the complainant can do instead are written by themselves."
        ),
    )


class ReferForm(ActionForm):
    """Whose matter it is instead."""

    agency = forms.ModelChoiceField(
        label=_("Agency"),
        queryset=PartnerAgency.objects.filter(is_active=True),
        empty_label=_("Choose an agency…"),
    )
    body = long_text(
        label=_("Why the matter belongs to that agency"),
        rows=4,
        help_text=_("The complainant reads it, with the agency’s name and contact."),
    )


class ReferralAnswerForm(ActionForm):
    """What the other agency answered."""

    body = long_text(label=_("What the agency answered"), rows=5)
    is_told = forms.BooleanField(
        label=_("Send it to the complainant"),
        required=False,
        help_text=_("Otherwise only staff read it."),
    )


class WithdrawForm(ActionForm):
    """The complainant wants no more of it."""

    body = long_text(
        label=_("When and how the complainant said so"),
        rows=3,
        help_text=_(
            "For example: by telephone on 3 November. The complainant gets a confirmation."
        ),
    )


class LinkForm(ActionForm):
    """Which case this one follows; the likely ones are offered, none is linked by itself."""

    suggested: forms.ModelChoiceField[Complaint] = forms.ModelChoiceField(
        label=_("Likely cases of the last 90 days"),
        queryset=None,
        required=False,
        empty_label=_("Another one, by its number"),
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Number of the master case"), max_length=20, required=False)
    kind = forms.ChoiceField(
        label=_("How they belong together"), choices=LinkKind.choices, widget=forms.RadioSelect
    )
    reason = long_text(label=_("Reason"), rows=2)

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer what is likely, among what the person may see."""
        self.visible = Complaint.objects.visible_to(staff)
        likely = similar_to(self.complaint, staff=staff)
        field = cast("forms.ModelChoiceField[Complaint]", self.fields["suggested"])
        field.queryset = Complaint.objects.filter(pk__in=[each.pk for each in likely])
        field.label_from_instance = named_case  # type: ignore[method-assign,assignment]
        if not likely:
            del self.fields["suggested"]

    def clean(self) -> dict[str, Any]:
        """Find the case, among those the person may see."""
        cleaned = super().clean() or self.cleaned_data
        number = arabic_digits(cleaned.get("number", "")).strip()
        found = cleaned.get("suggested") or self.visible.filter(number=number).first()
        if found is None:
            self.add_error("number", _("There is no case with this number that you may see."))
        cleaned["master"] = found
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return the case found, however it was named."""
        wanted = ("master", "kind", "reason", "expected_version")
        return {name: self.cleaned_data[name] for name in wanted}


def named_case(complaint: Complaint) -> str:
    """Name a case in a choice."""
    return f"{complaint.number} {Truncator(complaint.subject).chars(80)}"


class CloseForm(ActionForm):
    """How the case ended, and what was learnt."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    cause_code = TopicField(
        label=_("Cause"),
        queryset=None,
        required=False,
        help_text=_("Counted on the prevention board."),
    )
    cause = long_text(
        label=_("Root cause"), rows=3, required=False, help_text=_("Why did it come to this?")
    )
    learning = long_text(
        label=_("Learning"),
        rows=3,
        required=False,
        help_text=_("What changes, so that it does not happen again?"),
    )

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer the causes in use; after a reopening the one named before."""
        offer(self, "cause_code", causes())
        self.fields["cause_code"].initial = self.complaint.cause_code_id


class NameReaderForm(ActionForm):
    """Name a person who may read a restricted case."""

    staff = StaffField(label=_("Person"), queryset=None, empty_label=_("Choose a person…"))

    def prepare(self, *, staff: Staff, today: date) -> None:
        """Offer those not named yet."""
        named = self.complaint.readers.values("staff")
        people = Staff.objects.active().exclude(pk__in=named).select_related("unit")
        offer(self, "staff", people.order_by("unit__path", "first_name", "pk"), on=today)


class RevealForm(ActionForm):
    """Why the complainant's name must be seen."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Your name, the time and this reason are recorded and can be read by the auditor."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        """A look changes nothing, so it needs no version."""
        return {"reason": self.cleaned_data["reason"]}


class AttachForm(ActionForm):
    """Add files to the case."""

    files = FilesField(label=_("Files"))  # type: ignore[assignment]
    is_public = forms.BooleanField(
        label=_("The complainant may see them"),
        required=False,
        help_text=_("They then stand on the tracking page."),
    )


class InstructForm(ActionForm):
    """What the officer is to do."""

    body = long_text(
        label=_("Instruction to the officer"), rows=4, help_text=_("Only staff read it.")
    )


class SendBackForm(ActionForm):
    """Send the case back to the officer."""

    body = long_text(label=_("What is missing"), rows=4, help_text=_("Only staff read it."))


class ReviewedForm(ActionForm):
    """Say that it was looked at."""

    remark = long_text(label=_("Remark"), rows=3, required=False)
