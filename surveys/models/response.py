"""Responses: what somebody answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.invitation import Invitation
from surveys.models.survey import Version
from surveys.models.wave import Mode, Stratum, Wave

if TYPE_CHECKING:
    from agency.models import Staff


class ResponseQuerySet(models.QuerySet["Response"]):
    """Questions about responses."""

    def visible_to(self, staff: Staff) -> ResponseQuerySet:
        """Responses to the waves that the person sees; their files are reached through this."""
        return self.filter(wave__in=Wave.objects.visible_to(staff).values("pk"))

    def counted(self) -> ResponseQuerySet:
        """Those that results count."""
        return self.filter(state=Response.State.COMPLETE)


class Response(models.Model):
    """A response (คำตอบ): one JSON object, keyed by the column codes of its version (ADR 0010).

    `uid` is drawn by the form, so that a form sent twice is one response. Of an anonymous survey
    there is no invitation, no person, no instant: only a day. Files are agency attachments of the
    response; the answer of the question lists their numbers.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PARTIAL = "partial", _("Begun")
        COMPLETE = "complete", _("Complete")
        SCREENED = "screened", _("Screened out")
        VOID = "void", _("Void")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    uid = models.UUIDField()
    mode = models.CharField(_("way"), max_length=12, choices=Mode)
    language = models.CharField(_("language"), max_length=2, default="th")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PARTIAL)
    answers = models.JSONField(_("answers"), default=dict)
    page = models.CharField(max_length=40, blank=True, help_text="The section that comes next.")
    is_anonymous = models.BooleanField(default=False, help_text="As the survey was.")
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="responses"
    )
    person = models.ForeignKey(
        "agency.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )
    stratum = models.ForeignKey(
        Stratum, models.PROTECT, null=True, blank=True, related_name="responses"
    )
    unit = models.ForeignKey("agency.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(
        "agency.Service", models.PROTECT, null=True, blank=True, related_name="+"
    )
    weight = models.FloatField(_("design weight"), null=True, blank=True)
    resume_hash = models.BinaryField(
        max_length=32,
        null=True,
        editable=False,
        help_text="Keyed hash of the code that takes a person back to a response not yet sent.",
    )
    reference = models.CharField(
        _("reference"), max_length=80, blank=True, help_text="Number of the sheet or of the row."
    )
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    saved_on = models.DateField(_("last saved on"))
    submitted_on = models.DateField(_("sent on"), null=True, blank=True)
    keyed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_reason = models.CharField(
        _("why not counted"), max_length=300, blank=True, help_text="Quota, or why it is void."
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["wave", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "uid"], name="response_uid_once"),
            models.UniqueConstraint(
                fields=["wave", "reference"],
                condition=~Q(reference="") & ~Q(state="void"),
                name="response_reference_once",
            ),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=~Q(invitation=None) & ~Q(state="void"),
                name="response_one_an_invitation",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False)
                | Q(invitation=None, person=None, started_at=None, submitted_at=None),
                name="response_anonymous_unlinked",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(state="partial") | Q(resume_hash=None),
                name="response_anonymous_forgets_code",
            ),
            models.CheckConstraint(
                condition=Q(state="partial", submitted_on=None)
                | Q(state__in=["complete", "screened"], submitted_on__isnull=False)
                | Q(state="void"),
                name="response_sent_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["wave", "state", "id"], name="response_of_wave"),
            models.Index(fields=["wave", "submitted_on"], name="response_by_day"),
            models.Index(
                fields=["resume_hash"], condition=~Q(resume_hash=None), name="response_resume"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Keying(models.Model):
    """A keying of a paper sheet (บันทึกแบบกระดาษ): first and second, by two people, compared cell by cell."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="keyings")
    batch = models.ForeignKey("surveys.PaperBatch", models.PROTECT, related_name="keyings")
    number = models.PositiveSmallIntegerField(_("keying"), choices=[(1, "1"), (2, "2")])
    answers = models.JSONField(default=dict)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("keying")
        verbose_name_plural = _("keyings")
        ordering = ["response", "number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="keying_once"),
            models.UniqueConstraint(fields=["response", "by"], name="keying_by_two_people"),
        ]
        indexes = [
            models.Index(fields=["batch", "by", "-id"], name="keying_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}/{self.number}"


class Discrepancy(models.Model):
    """A place where two keyings of a sheet differ (ข้อที่บันทึกไม่ตรงกัน), and who settled it by the paper."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="discrepancies")
    column = models.CharField(_("column"), max_length=80)
    first = models.JSONField(null=True)
    second = models.JSONField(null=True)
    value = models.JSONField(null=True, help_text="What the sheet says.")
    settled_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["response", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["response", "column"], name="discrepancy_once"),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="discrepancy_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["response"], condition=Q(settled_at=None), name="discrepancy_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} {self.column}"


class RejectedRow(models.Model):
    """A row of a file of responses that could not be taken: where, why, how to mend it."""

    job = models.ForeignKey("agency.Job", models.CASCADE, related_name="+")
    row = models.PositiveBigIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    error = models.CharField(_("what to mend"), max_length=500)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ["job", "row"]
        indexes = [models.Index(fields=["job", "row"], name="survey_row_of")]

    def __str__(self) -> str:
        return f"{self.row}: {self.error}"
