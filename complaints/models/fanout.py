"""Sub-tasks: what other units and agencies are asked on one case, all at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Role
from complaints.models.complaint import Complaint, reach_of

if TYPE_CHECKING:
    from agency.models import PartnerAgency, Staff, Unit


class SubTaskQuerySet(models.QuerySet["SubTask"]):
    """Questions about sub-tasks."""

    def open(self) -> SubTaskQuerySet:
        """Not replied, returned or taken back."""
        return self.filter(state=SubTask.State.OPEN)

    def addressed_to(self, staff: Staff) -> SubTaskQuerySet:
        """What the person's unit, or one below, is asked; of restricted cases only for supervisors."""
        units, _named = reach_of(staff)
        asked = Q(unit__in=units)
        if not staff.has_role(Role.SUPERVISOR):
            asked &= Q(complaint__is_restricted=False)
        return self.filter(asked)

    def visible_to(self, staff: Staff) -> SubTaskQuerySet:
        """What the person's units are asked, and what is asked on the cases that the person may see."""
        units, _named = reach_of(staff)
        asked = Q(unit__in=units)
        if not staff.has_role(Role.SUPERVISOR):
            asked &= Q(complaint__is_restricted=False)
        seen = Q(complaint__in=Complaint.objects.visible_to(staff).values("pk"))
        return self.filter(asked | seen)


class SubTask(models.Model):
    """One question to one unit or agency on a case (งานย่อย), with a limit on its own calendar."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", _("Open")
        REPLIED = "replied", _("Replied")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Taken back")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="subtasks")
    number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        related_name="+",
    )
    agency = models.ForeignKey(
        "agency.PartnerAgency",
        models.PROTECT,
        verbose_name=_("other agency"),
        null=True,
        blank=True,
        related_name="+",
    )
    question = models.TextField(_("what is asked"))
    is_filing_shown = models.BooleanField(
        default=False, help_text="Whether those asked read what was filed; never who filed it."
    )
    files = models.ManyToManyField("agency.Attachment", related_name="+", blank=True)
    asked_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    days = models.PositiveSmallIntegerField(_("working days"))
    calendar_version = models.ForeignKey("agency.CalendarVersion", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("due"))
    next_milestone_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.OPEN)
    reply = models.TextField(_("reply"), blank=True)
    reply_files = models.ManyToManyField("agency.Attachment", related_name="+", blank=True)
    ended_at = models.DateTimeField(_("replied"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = SubTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("sub-task")
        verbose_name_plural = _("sub-tasks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="subtask_number_once"),
            models.CheckConstraint(
                condition=Q(unit=None, agency__isnull=False) | Q(unit__isnull=False, agency=None),
                name="subtask_asks_unit_or_agency",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None, reply="", reason="")
                | (Q(state="replied", ended_at__isnull=False, reason="") & ~Q(reply=""))
                | (
                    Q(state__in=["returned", "cancelled"], ended_at__isnull=False, reply="")
                    & ~Q(reason="")
                ),
                name="subtask_state_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(next_milestone_at=None) | Q(state="open"),
                name="subtask_milestone_only_while_open",
            ),
            models.UniqueConstraint(
                fields=["complaint", "unit"], condition=Q(state="open"), name="subtask_unit_once"
            ),
            models.UniqueConstraint(
                fields=["complaint", "agency"],
                condition=Q(state="open"),
                name="subtask_agency_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_milestone_at", "id"],
                condition=~Q(next_milestone_at=None),
                name="subtask_milestone",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(state="open"), name="subtask_open_due"
            ),
            models.Index(fields=["unit", "due_at", "id"], name="subtask_unit_due"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """The page of the sub-task."""
        return reverse("complaints:subtask", args=[self.pk])

    @property
    def asked(self) -> Unit | PartnerAgency | None:
        """Who is asked."""
        return self.unit or self.agency

    @property
    def asked_name(self) -> str:
        """The name of who is asked, in the language in force."""
        return self.unit.name if self.unit else str(self.agency)

    @property
    def may_show_filing(self) -> bool:
        """Whether those asked read what was filed: never where the text could tell who brought it."""
        case = self.complaint
        is_secret = case.is_restricted or case.is_identity_masked or case.is_anonymous
        return self.is_filing_shown and not is_secret

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self.state == self.State.OPEN
