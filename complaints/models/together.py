"""Working together: who gets the next case, who follows one, and what is done to many at once."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Category
from complaints.models.complaint import Complaint


class Topic(models.TextChoices):
    """What somebody who follows a case wants to hear of."""

    ANSWER = "answer", _("An answer is sent")
    STATUS = "status", _("The status changes")
    ESCALATION = "escalation", _("It is escalated or goes to stage 2")


def all_topics() -> list[str]:
    """Return every topic: who said nothing hears of all."""
    return list(Topic.values)


class Watch(models.Model):
    """A case that somebody follows (ติดตามเรื่อง) without being its officer."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="watches")
    staff = models.ForeignKey("agency.Staff", models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("followed case")
        verbose_name_plural = _("followed cases")
        constraints = [models.UniqueConstraint(fields=["staff", "complaint"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.staff_id}"


class Duty(models.Model):
    """What somebody takes and hears of (การรับงาน): available or not, which topics, which notices."""

    staff = models.OneToOneField("agency.Staff", models.CASCADE, related_name="duty")
    is_available = models.BooleanField(_("is given new cases"), default=True)
    categories = models.ManyToManyField(
        Category, verbose_name=_("topics taken"), blank=True, related_name="+"
    )
    told_of = ArrayField(
        models.CharField(max_length=12, choices=Topic),
        verbose_name=_("notices of followed cases"),
        default=all_topics,
        blank=True,
    )

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")

    def __str__(self) -> str:
        return f"{self.staff_id}"


class Rota(models.Model):
    """How a unit gives out its cases (ลำดับการมอบหมาย); its row is the lock of the giving."""

    class Mode(models.TextChoices):
        """Who is next."""

        OFF = "off", _("By hand")
        ROUND = "round", _("In turn")
        LEAST = "least", _("Least open work")

    unit = models.OneToOneField("agency.Unit", models.CASCADE, related_name="+")
    mode = models.CharField(_("who is next"), max_length=8, choices=Mode, default=Mode.OFF)
    is_automatic = models.BooleanField(_("new cases are given out by themselves"), default=False)
    last_given = models.ForeignKey(
        "agency.Staff", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("order of giving")
        verbose_name_plural = _("orders of giving")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_automatic=False) | ~Q(mode="off"), name="rota_automatic_has_mode"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.mode}"


class BulkRow(models.Model):
    """One case of a job that does the same to many (ทำพร้อมกันหลายเรื่อง), and how it went.

    The row is written in the transaction of the verb: what a killed worker did is known, and what
    it did not do is done once.
    """

    class State(models.TextChoices):
        """How it went."""

        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")

    job = models.ForeignKey("agency.Job", models.CASCADE, related_name="+")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(help_text="The case as the person saw it.")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    sentence = models.CharField(_("why not"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of bulk actions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "complaint"], name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(sentence=""), name="bulk_row_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.state}"
