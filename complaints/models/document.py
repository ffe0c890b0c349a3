"""Official letters and memos on a case, and the register that numbers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Role
from agency.units import line_of
from complaints.models.complaint import Complaint

if TYPE_CHECKING:
    from agency.models import Staff, Unit


class Letterhead(models.Model):
    """What a unit prints at the head of its letters (หัวหนังสือ); units below use it unless they have one."""

    unit = models.OneToOneField(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="letterhead"
    )
    code = models.CharField(
        _("code of the office"),
        max_length=40,
        help_text=_("What stands before the number, as the register of the ministry gives it."),
    )
    office = models.CharField(_("office"), max_length=300, help_text=_("As it is printed."))
    address = models.TextField(_("address"), blank=True, help_text=_("One line for each line."))

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        ordering = ["unit__path"]

    def __str__(self) -> str:
        return self.office

    @classmethod
    def of(cls, unit: Unit) -> Letterhead | None:
        """Return the letterhead of the nearest unit upwards that has one."""
        line = line_of(unit)
        found = {each.unit_id: each for each in cls.objects.filter(unit__in=line)}
        return next((found[pk] for pk in line if pk in found), None)


class Register(models.Model):
    """The register of outgoing papers (ทะเบียนหนังสือส่ง) of a unit and calendar year; its row is the lock."""

    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="Calendar year, พ.ศ.")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="register_once")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Questions about letters and memos."""

    def visible_to(self, staff: Staff) -> DocumentQuerySet:
        """Whoever sees the case; what is secret only its writer, signer, officer, and who leads them."""
        seen = self.filter(complaint__in=Complaint.objects.visible_to(staff).values("pk"))
        mine = Q(secrecy="") | Q(made_by=staff) | Q(signer=staff) | Q(complaint__officer=staff)
        if staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE):
            mine |= Q(complaint__unit__path__startswith=staff.unit.path)
        return seen.filter(mine)


class Document(models.Model):
    """An official letter (หนังสือภายนอก) or memo (บันทึกข้อความ) on a case; frozen when it is issued."""

    class Kind(models.TextChoices):
        """The form."""

        LETTER = "letter", _("Official letter")
        MEMO = "memo", _("Memo")

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        VOID = "void", _("Void")

    class Speed(models.TextChoices):
        """How fast it must be dealt with (ชั้นความเร็ว)."""

        USUAL = "", _("Usual")
        URGENT = "ด่วน", _("Urgent")
        VERY = "ด่วนมาก", _("Very urgent")
        MOST = "ด่วนที่สุด", _("Most urgent")

    class Secrecy(models.TextChoices):
        """Who may read it (ชั้นความลับ, Rule on Official Secrets B.E. 2544)."""

        NONE = "", _("Not secret")
        CONFIDENTIAL = "ลับ", _("Confidential")
        SECRET = "ลับมาก", _("Secret")
        TOP = "ลับที่สุด", _("Top secret")

    class SendAs(models.TextChoices):
        """Whether the complainant gets it, and as what; the values are the verbs."""

        NOT = "", _("Not sent by the portal")
        ANSWER = "answer", _("Answer to the complainant")
        PROGRESS = "send_progress", _("Progress letter")
        QUESTION = "ask", _("Question to the complainant")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    speed = models.CharField(_("speed"), max_length=10, choices=Speed, blank=True)
    secrecy = models.CharField(_("secrecy"), max_length=10, choices=Secrecy, blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    to = models.CharField(_("addressee"), max_length=300)
    references = models.TextField(_("refers to"), blank=True)
    enclosures = models.TextField(_("enclosures"), blank=True)
    body = models.TextField(_("text"))
    closing = models.CharField(_("closing words"), max_length=100, blank=True)
    signer = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("signed by"), related_name="+"
    )
    signer_name = models.CharField(_("name under the signature"), max_length=200, blank=True)
    position = models.TextField(_("position"), blank=True)
    has_thai_numerals = models.BooleanField(_("Thai numerals"), default=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    sent_as = models.CharField(_("sent as"), max_length=14, choices=SendAs, blank=True)
    pdf = models.ForeignKey(
        "agency.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    docx = models.ForeignKey(
        "agency.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_file = models.ForeignKey(
        "agency.Attachment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    issued_by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    void_reason = models.CharField(_("why it is void"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter or memo")
        verbose_name_plural = _("letters and memos")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(issued_at__isnull=False, issued_by__isnull=False, pdf__isnull=False),
                name="document_issued_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | ~Q(void_reason=""), name="document_void_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(secrecy="") | Q(sent_as=""), name="document_secret_is_not_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the paper."""
        return reverse("complaints:document", args=[self.pk])

    @property
    def is_memo(self) -> bool:
        """Whether it stays in the house."""
        return self.kind == self.Kind.MEMO

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == self.State.DRAFT


class RegisterNumberQuerySet(models.QuerySet["RegisterNumber"]):
    """Questions about numbers."""

    def visible_to(self, staff: Staff) -> RegisterNumberQuerySet:
        """The registers of the own unit, of those above and below; what a paper says is asked apart."""
        above = Q(register__unit__in=line_of(staff.unit))
        return self.filter(above | Q(register__unit__path__startswith=staff.unit.path))


class RegisterNumber(models.Model):
    """One number of a register: reserved, then used by an issued paper, or void with a reason.

    So the register has no gap that nobody can explain.
    """

    class State(models.TextChoices):
        """What became of it."""

        RESERVED = "reserved", _("Reserved")
        USED = "used", _("Used")
        VOID = "void", _("Void")

    register = models.ForeignKey(Register, models.PROTECT, related_name="numbers")
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RESERVED)
    document = models.OneToOneField(Document, models.PROTECT, related_name="number")
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = RegisterNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("number of the register")
        verbose_name_plural = _("numbers of the register")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="register_number_once")
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="register_newest")]

    def __str__(self) -> str:
        return f"{self.code}/{self.number}"
