"""The improvement itself and the days by which it was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agency.models import Staff

READERS = ("officer", "supervisor", "executive", "auditor")


class Stage(models.TextChoices):
    """The stages of design thinking (การคิดเชิงออกแบบ); the order of the board."""

    UNDERSTAND = "understand", pgettext_lazy("stage of an improvement", "Understand")
    DEFINE = "define", pgettext_lazy("stage of an improvement", "Define")
    IDEATE = "ideate", pgettext_lazy("stage of an improvement", "Ideas")
    PROTOTYPE = "prototype", pgettext_lazy("stage of an improvement", "Prototype")
    TEST = "test", pgettext_lazy("stage of an improvement", "Test")
    SCALE = "scale", pgettext_lazy("stage of an improvement", "Roll-out")


class State(models.TextChoices):
    """Whether it is still being worked on."""

    RUNNING = "running", pgettext_lazy("state of an improvement", "Under way")
    DONE = "done", pgettext_lazy("state of an improvement", "Completed")
    DROPPED = "dropped", pgettext_lazy("state of an improvement", "Dropped")


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    """Questions about improvements."""

    def visible_to(self, staff: Staff) -> ImprovementQuerySet:
        """Own unit and below, for who works with them; and one's own."""
        if not staff.has_role(*READERS):
            return self.none()
        return self.filter(Q(unit__path__startswith=staff.unit.path) | Q(owner=staff))

    def running(self) -> ImprovementQuerySet:
        """Those that are being worked on."""
        return self.filter(state=State.RUNNING)

    def published(self) -> ImprovementQuerySet:
        """Those that the public gallery shows."""
        return self.filter(published_at__isnull=False)


class Improvement(models.Model):
    """An improvement of a service (การปรับปรุงบริการ/นวัตกรรมบริการ): why, for whom, by when, and what came of it.

    Its unit and its source never change, and what was done to it is kept with its instant: the
    indicators 3.3 tell it again at any past cut-off.
    """

    class Source(models.TextChoices):
        """Where it comes from."""

        INSIGHT = "insight", pgettext_lazy("source of an improvement", "Insight from citizens")
        CAUSE = "cause", pgettext_lazy("source of an improvement", "Cause of complaints")
        SURVEY = "survey", pgettext_lazy("source of an improvement", "Survey finding")
        OWN = "own", pgettext_lazy("source of an improvement", "Own idea of the unit")

        @classmethod
        def of_citizens(cls) -> list[str]:
            """Those that go back to what citizens said (3.3-01)."""
            return [cls.INSIGHT, cls.CAUSE, cls.SURVEY]

    class Audience(models.TextChoices):
        """For whom the service is made: all, a group with needs of its own, or one person's situation."""

        EVERYONE = "everyone", _("Everyone")
        GROUP = "group", _("A group with needs of its own")
        PERSON = "person", _("Each person’s own situation")

    title = models.CharField(_("title"), max_length=200)
    problem = models.TextField(pgettext_lazy("of an improvement", "problem to be solved"))
    idea = models.TextField(pgettext_lazy("of an improvement", "idea"), blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.OWN)
    source_ref = models.BigIntegerField(
        null=True, blank=True, help_text="The record's id; its room is not known here."
    )
    source_words = models.CharField(_("what it rests on"), max_length=500, blank=True)
    audience = models.CharField(
        _("for whom"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    segment = models.ForeignKey(
        "agency.Segment",
        models.PROTECT,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        related_name="+",
    )
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
    )
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="+",
    )
    stage = models.CharField(
        pgettext_lazy("of an improvement", "stage"),
        max_length=10,
        choices=Stage,
        default=Stage.UNDERSTAND,
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    budget = models.DecimalField(
        _("budget (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    spent = models.DecimalField(
        _("spent (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    live_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    live_until_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    finished_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.TextField(_("what came of it"), blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.TextField(_("why it was dropped"), blank=True)
    summary_th = models.TextField(_("summary for citizens in Thai"), blank=True)
    summary_en = models.TextField(_("summary for citizens in English"), blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # counts the changes
    made_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("started"))
    changed_at = models.DateTimeField(_("changed"))

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_ref"],
                condition=Q(source="insight"),
                name="improvement_once_an_insight",
            ),
            models.CheckConstraint(
                condition=Q(source="own", source_ref=None)
                | (~Q(source="own") & Q(source_ref__isnull=False)),
                name="improvement_source_has_record",
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None, dropped_at=None)
                | Q(
                    state="done",
                    finished_at__isnull=False,
                    finished_by__isnull=False,
                    dropped_at=None,
                    result__gt="",
                )
                | Q(
                    state="dropped",
                    finished_at=None,
                    dropped_at__isnull=False,
                    dropped_because__gt="",
                ),
                name="improvement_ended_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(live_until_at=None) | Q(live_at__isnull=False),
                name="improvement_was_in_use_before",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False, summary_th__gt=""),
                name="improvement_published_has_summary",
            ),
            models.CheckConstraint(
                condition=~Q(audience="group") | Q(segment__isnull=False),
                name="improvement_for_a_group_names_it",
            ),
        ]
        indexes = [
            models.Index(fields=["changed_at", "id"], name="improvement_by_change"),
            models.Index(fields=["due_on", "id"], name="improvement_by_due"),
            models.Index(fields=["made_at", "id"], name="improvement_by_start"),
            models.Index(fields=["due_on"], condition=Q(state="running"), name="improvement_owed"),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="improvement_gallery",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The improvement's page."""
        return reverse("improvements:detail", args=[self.pk])

    @property
    def summary(self) -> str:
        """What citizens read, in their language where it is written."""
        return self.summary_en if get_language() == "en" and self.summary_en else self.summary_th

    @property
    def is_live(self) -> bool:
        """Whether the changed service is in use."""
        return self.live_at is not None and self.live_until_at is None


class DueDay(models.Model):
    """A day by which an improvement was promised (กำหนดแล้วเสร็จ); a moved one is a row more.

    So a day that was let pass stays missed, whatever is promised afterwards (3.3-02).
    """

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="due_days")
    due_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    set_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day by which an improvement is due")
        verbose_name_plural = _("days by which improvements are due")
        ordering = ["improvement", "set_at", "pk"]
        indexes = [models.Index(fields=["due_on"], name="due_day_by_day")]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.due_on}"
