"""The complaint itself, its search text, readers, assignments and closings."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Unit
from agency.search import Grams
from complaints.models.catalogue import Category, Cause, Grade, Kind
from complaints.models.policy import Policy

if TYPE_CHECKING:
    from datetime import datetime

    from agency.models import Staff


class Status(models.TextChoices):
    """Where a complaint stands; overdue is a flag, never a state."""

    RECEIVED = "received", _("Received")
    SCREENED = "screened", _("Screened")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for the complainant")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Not accepted")
    REFERRED = "referred", _("Referred to another agency")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @classmethod
    def ended(cls) -> list[str]:
        """Closed after an answer, or ended without one."""
        return [cls.CLOSED, *cls.unanswered_ends()]

    @classmethod
    def unanswered_ends(cls) -> list[str]:
        """Ended without an answer to the matter."""
        return [cls.REJECTED, cls.REFERRED, cls.WITHDRAWN]

    @classmethod
    def open(cls) -> list[str]:
        """Everything that has not ended."""
        return [status for status in cls.values if status not in cls.ended()]

    @classmethod
    def assignable(cls) -> list[str]:
        """Statuses in which an officer can be named."""
        return [cls.RECEIVED, cls.SCREENED, cls.ASSIGNED, cls.IN_PROGRESS, cls.WAITING]

    @classmethod
    def workable(cls) -> list[str]:
        """Statuses in which an officer works on the case."""
        return [cls.ASSIGNED, cls.IN_PROGRESS]


class Outcome(models.TextChoices):
    """How a complaint ended."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    RESOLVED = "resolved", _("Resolved by agreement")

    @classmethod
    def learnable(cls) -> list[str]:
        """Those of which cause and learning are asked (indicator 3.4-13)."""
        return [cls.UPHELD, cls.PARTLY, cls.RESOLVED]


class LinkKind(models.TextChoices):
    """How a case belongs to its master."""

    REPEAT = "repeat", _("Repeat: the same person, the same topic again")
    DUPLICATE = "duplicate", _("Duplicate: the same matter a second time")


AT_WORK = ("officer", "supervisor", "executive", "auditor")  # roles that see cases


def desks_of(staff: Staff) -> list[Staff]:
    """Return the person and those on leave for whom the person stands in today."""
    return [staff, *(each for each in staff.stands_in_for if each.is_active)]


def reach_of(staff: Staff) -> tuple[list[int], list[int]]:
    """Return the units whose cases the person sees and the cases that name the person; one query.

    Whoever stands in for somebody on leave also sees the units of that person, as long as the leave
    lasts; what is restricted stays with those who are named themselves. Asked once for each object,
    which lives as long as a request: as lists of ids they let the planner choose the index of the
    unit, which subqueries hide from it.
    """
    known: tuple[list[int], list[int]] | None = staff.__dict__.get("_reach")
    if known is None:
        rows = Reader.objects.filter(staff=staff).values_list("complaint", Value(value=True))
        desks = [each for each in desks_of(staff) if each.has_role(*AT_WORK)]
        if desks:
            paths = [Q(path__startswith=each.unit.path) for each in desks]
            units = Unit.objects.filter(reduce(or_, paths)).order_by()
            rows = rows.union(units.values_list("pk", Value(value=False)), all=True)
        found = list(rows)
        known = (
            [pk for pk, is_case in found if not is_case],
            [pk for pk, is_case in found if is_case],
        )
        staff.__dict__["_reach"] = known
    return known


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Questions about complaints."""

    def visible_to(self, staff: Staff) -> ComplaintQuerySet:
        """Own unit and below; restricted cases only to the persons named for them.

        A member of staff without a role that works with cases sees only what names them.
        """
        units, named = reach_of(staff)
        seen = Q(unit__in=units, is_restricted=False)
        return self.filter(seen | Q(pk__in=named) if named else seen)

    def open(self) -> ComplaintQuerySet:
        """Not ended."""
        return self.filter(closed_at=None)

    def in_use(self) -> ComplaintQuerySet:
        """Not in the archive."""
        return self.filter(archived_at=None)

    def overdue(self, at: datetime) -> ComplaintQuerySet:
        """Open, still unanswered, the clock running and past its due date."""
        return self.filter(closed_at=None, answered_at=None, paused_at=None, due_at__lt=at)

    def of_officer(self, staff: Staff) -> ComplaintQuerySet:
        """What this officer works on."""
        return self.filter(officer=staff)


class Complaint(models.Model):
    """A complaint (เรื่องร้องเรียน) from receipt to closing."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    tracking_hash = models.BinaryField(editable=False, help_text="HMAC of number and secret code.")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SERVICE)
    grade = models.ForeignKey(
        Grade, models.PROTECT, verbose_name=_("grade"), null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        verbose_name=_("category"),
        null=True,
        blank=True,
        related_name="+",
    )
    channel = models.ForeignKey(
        "agency.Channel", models.PROTECT, verbose_name=_("channel"), related_name="+"
    )
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
    )
    segment = models.ForeignKey(
        "agency.Segment",
        models.PROTECT,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        related_name="+",
    )
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("facts"))
    wish = models.TextField(_("what is asked"), blank=True)
    occurred_on = models.DateField(_("when it happened"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=500, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    province = models.CharField(_("province code"), max_length=2, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    person = models.ForeignKey(
        "agency.Person",
        models.PROTECT,
        verbose_name=_("complainant"),
        null=True,
        blank=True,
        related_name="+",
    )
    best_time = models.CharField(_("best time to call back"), max_length=100, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    is_identity_masked = models.BooleanField(_("identity masked"), default=False)
    is_restricted = models.BooleanField(_("restricted"), default=False)

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("owner"), related_name="+"
    )
    officer = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("officer"),
        null=True,
        blank=True,
        related_name="+",
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RECEIVED)
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"), related_name="+")

    received_at = models.DateTimeField(_("received"))
    deemed_received_at = models.DateTimeField(_("deemed received"))
    recorded_at = models.DateTimeField(
        _("recorded"), help_text="When it was keyed in; later than received for paper."
    )
    recorded_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    due_at = models.DateTimeField(
        _("due"), help_text="Of the running stage clock; of the last one when stopped."
    )
    paused_at = models.DateTimeField(_("waiting since"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(
        _("closed"),
        null=True,
        blank=True,
        help_text="When it ended, with or without an answer; what was closed is in `Closing`.",
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    master = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("master case"),
        null=True,
        blank=True,
        related_name="followers",
        db_index=False,
        help_text=_("The case that this one belongs to; a master belongs to none."),
    )
    link_kind = models.CharField(max_length=10, choices=LinkKind, blank=True)
    split_from = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("split from"),
        null=True,
        blank=True,
        related_name="parts",
        db_index=False,
        help_text=_(
            "The case in which this matter was first brought; its code opens this one too."
        ),
    )
    cause_code = models.ForeignKey(
        Cause,
        models.PROTECT,
        verbose_name=_("cause"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    cause = models.TextField(_("root cause"), blank=True)
    learning = models.TextField(_("learning"), blank=True)
    rating = models.PositiveSmallIntegerField(_("rating by the complainant"), null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(_("last activity"))
    version = models.PositiveIntegerField(
        default=1, help_text="Counts edits, to notice two people at once."
    )
    archived_at = models.DateTimeField(
        _("archived"), null=True, blank=True, help_text="Out of lists and search, read-only."
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When person and text were erased by the retention rule."
    )
    legal_hold_at = models.DateTimeField(
        _("legal hold"), null=True, blank=True, help_text="Neither aged nor erased meanwhile."
    )
    source_system = models.CharField(_("source system"), max_length=40, blank=True)
    external_ref = models.CharField(_("external reference"), max_length=100, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "external_ref"],
                condition=~Q(external_ref=""),
                name="complaint_external_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["closed", "rejected", "referred", "withdrawn"],
                    closed_at__isnull=False,
                )
                | (
                    ~Q(status__in=["closed", "rejected", "referred", "withdrawn"])
                    & Q(closed_at__isnull=True)
                ),
                name="complaint_ended_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", paused_at__isnull=False)
                | (~Q(status="waiting") & Q(paused_at__isnull=True)),
                name="complaint_waiting_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "closed"]) | Q(answered_at__isnull=False),
                name="complaint_closed_is_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["assigned", "in_progress"]) | Q(officer__isnull=False),
                name="complaint_assigned_has_officer",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rejected", "referred", "withdrawn"])
                | Q(answered_at=None, outcome=""),
                name="complaint_unanswered_end_has_none",
            ),
            models.CheckConstraint(
                condition=Q(master=None, link_kind="")
                | (Q(master__isnull=False) & ~Q(link_kind="")),
                name="complaint_linked_has_kind",
            ),
            models.CheckConstraint(
                condition=Q(master=None) | ~Q(master=models.F("id")),
                name="complaint_not_its_own_master",
            ),
            models.CheckConstraint(
                condition=Q(split_from=None) | Q(split_from__lt=models.F("id")),
                name="complaint_split_from_older",
            ),
            models.CheckConstraint(condition=Q(stage__in=[1, 2]), name="complaint_stage_1_or_2"),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="complaint_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(person=None),
                name="complaint_anonymous_has_no_person",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(closed_at__isnull=False),
                name="complaint_archived_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(archived_at__isnull=False, legal_hold_at=None),
                name="complaint_erased_is_archived_not_held",
            ),
        ]
        indexes = [
            models.Index(  # holds what the queue is filtered by: a rare filter reads no cases
                fields=["due_at", "id"],
                include=[
                    *("unit", "is_restricted", "officer", "status", "kind", "grade", "category"),
                    *("channel", "stage", "province", "received_at", "answered_at", "paused_at"),
                ],
                condition=Q(closed_at=None),
                name="complaint_queue",
            ),
            models.Index(
                fields=["number", "id"], condition=Q(closed_at=None), name="complaint_queue_number"
            ),
            models.Index(
                fields=["received_at", "id"],
                condition=Q(closed_at=None),
                name="complaint_queue_received",
            ),
            models.Index(fields=["due_at", "id"], name="complaint_due"),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(closed_at=None),
                name="complaint_unit_queue",
            ),
            models.Index(
                fields=["officer", "due_at", "id"],
                include=["unit", "is_restricted", "status", "answered_at", "paused_at"],
                condition=Q(closed_at=None),
                name="complaint_officer_queue",
            ),
            models.Index(  # what is included lets a month be counted without reading the cases
                fields=["-received_at", "-id"],
                include=["unit", "is_restricted", "category", "province", "is_anonymous"],
                name="complaint_newest",
            ),
            models.Index(
                fields=["-answered_at"],
                include=["id", "unit", "is_restricted"],
                condition=~Q(answered_at=None),
                name="complaint_answered",
            ),
            models.Index(fields=["unit", "-received_at", "-id"], name="complaint_unit_newest"),
            models.Index(
                fields=["person", "-received_at"],
                condition=~Q(person=None),
                name="complaint_person",
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                include=["unit", "is_restricted"],
                condition=~Q(closed_at=None),
                name="complaint_closed",
            ),
            models.Index(
                fields=["paused_at"], condition=~Q(paused_at=None), name="complaint_waiting"
            ),
            models.Index(fields=["master"], condition=~Q(master=None), name="complaint_followers"),
            models.Index(
                fields=["split_from"], condition=~Q(split_from=None), name="complaint_parts"
            ),
            models.Index(
                fields=["unit", "id"],
                condition=Q(officer=None, closed_at=None),
                name="complaint_unassigned",
            ),
            models.Index(  # the prevention board counts causes without reading the cases
                fields=["cause_code", "received_at"],
                include=["unit", "is_restricted"],
                condition=~Q(cause_code=None),
                name="complaint_cause",
            ),
            # What was open at a past instant is read from the index alone (reports).
            models.Index(
                fields=["closed_at"],
                include=["id", "received_at", "recorded_at"],
                name="complaint_open_at",
            ),
            # What comes into the archive, and what is erased: by rule, the oldest first (retention).
            models.Index(
                fields=["kind", "grade", "closed_at", "id"],
                condition=Q(archived_at=None, legal_hold_at=None) & ~Q(closed_at=None),
                name="complaint_to_archive",
            ),
            models.Index(
                fields=["kind", "grade", "closed_at", "id"],
                condition=Q(erased_at=None, legal_hold_at=None) & ~Q(archived_at=None),
                name="complaint_to_erase",
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                condition=~Q(archived_at=None),
                name="complaint_archived",
            ),
            models.Index(
                fields=["-legal_hold_at", "-id"],
                condition=~Q(legal_hold_at=None),
                name="complaint_held",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The officer's page of the case."""
        return reverse("complaints:detail", args=[self.pk])

    @property
    def takes_replies(self) -> bool:
        """Whether the complainant can write: until it ends, and while its master is open."""
        return self.closed_at is None or (self.master is not None and self.master.closed_at is None)


class ComplaintText(models.Model):
    """What a search finds a case by: number, subject, text, thread; normalised, one row per case."""

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="text"
    )
    body = models.TextField()

    class Meta:
        indexes = [GinIndex(Grams("body"), name="complaint_text_grams")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Reader(models.Model):
    """A person named for a restricted case (ผู้มีสิทธิเข้าถึง)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="readers")
    staff = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    named_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        constraints = [models.UniqueConstraint(fields=["staff", "complaint"], name="reader_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.staff_id}"


class Assignment(models.Model):
    """One naming of an officer (การมอบหมาย); the first and how many there were are indicator 3.4-15."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="assignments")
    officer = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["at"], name="assignment_at")]

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.officer_id}"


class Closing(models.Model):
    """One closing of a case as it was; a later reopening leaves it, so that past months keep their figures."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="closings")
    number = models.PositiveSmallIntegerField(
        default=1, help_text="1 for the first closing, 2 after a reopening."
    )
    closed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.PositiveSmallIntegerField()
    is_direct_stage2 = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=Outcome)
    has_cause = models.BooleanField(default=False)
    cause_code = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    has_learning = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, choices=Kind)
    grade = models.ForeignKey(Grade, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.ForeignKey("agency.Channel", models.PROTECT, related_name="+")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "agency.Person", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="closing_once")]
        indexes = [
            models.Index(fields=["closed_at", "unit"], name="closing_at"),
            models.Index(
                fields=["person", "category", "closed_at"],
                condition=~Q(person=None),
                name="closing_person",
            ),
            models.Index(
                fields=["reopened_at"], condition=~Q(reopened_at=None), name="closing_reopened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} #{self.number}"


class RoutingChange(models.Model):
    """Kind, grade, category or owner of a case before a change, so that a past cut-off can be told again."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="routing_changes")
    at = models.DateTimeField()
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    old_kind = models.CharField(max_length=20, choices=Kind)
    old_grade = models.ForeignKey(Grade, models.PROTECT, null=True, blank=True, related_name="+")
    old_category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+"
    )
    old_unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("routing change")
        verbose_name_plural = _("routing changes")
        ordering = ["pk"]
        indexes = [models.Index(fields=["complaint", "at"], name="routing_change_of")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at}"
