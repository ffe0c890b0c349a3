"""Waves: one fieldwork of a survey, whom it asks, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey, Version

if TYPE_CHECKING:
    from datetime import datetime

    from agency.models import Staff

LINK = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{2,29}\Z",
    _("Write 3–30 small Latin letters, digits and -, as in sat-2569."),
)


class Mode(models.TextChoices):
    """How an answer came in."""

    LINK = "link", _("Public link")
    INVITATION = "invitation", _("Invitation")
    KIOSK = "kiosk", _("Tablet at the counter")
    PAPER = "paper", _("Paper")
    IMPORT = "import", _("File")
    PULSE = "pulse", _("After a service")


class Weighting(models.TextChoices):
    """How weights are made before results."""

    NONE = "none", _("None")
    GIVEN = "given", _("As in the sample (design weights)")
    STRATA = "strata", _("Population by stratum")
    RAKE = "rake", _("Raking to margins")


class WaveQuerySet(models.QuerySet["Wave"]):
    """Questions about waves."""

    def visible_to(self, staff: Staff) -> WaveQuerySet:
        """Waves of the surveys that the person sees."""
        return self.filter(survey__in=Survey.objects.visible_to(staff).values("pk"))

    def open(self) -> WaveQuerySet:
        """In the field; whether the hour has come, `is_taking` says."""
        return self.filter(state=Wave.State.OPEN)

    def overdue(self, at: datetime) -> WaveQuerySet:
        """Open beyond their hour of closing."""
        return self.open().filter(closes_at__lte=at)


class Wave(models.Model):
    """A wave (รอบสำรวจ): fieldwork dates, frame, modes, weighting. Its code is the short public link."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("In preparation")
        OPEN = "open", _("Taking answers")
        CLOSED = "closed", _("Closed to answers")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="waves")
    version = models.ForeignKey(
        Version,
        models.PROTECT,
        related_name="waves",
        help_text="What new answers get; each response keeps its own.",
    )
    code = models.CharField(_("short link"), max_length=30, unique=True, validators=[LINK])
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"), help_text=_("Bangkok time."))
    closes_at = models.DateTimeField(_("closes"), help_text=_("Bangkok time."))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    modes = ArrayField(
        models.CharField(max_length=12, choices=Mode), verbose_name=_("ways"), default=list
    )
    is_probability = models.BooleanField(
        _("drawn from a frame"),
        default=False,
        help_text=_("Otherwise results speak of those who answered, never of a population."),
    )
    frame_th = models.TextField(_("frame in Thai"), blank=True)
    frame_en = models.TextField(_("frame in English"), blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    target_n = models.PositiveIntegerField(_("answers wanted"), null=True, blank=True)
    incentives = models.CharField(_("incentives"), max_length=300, blank=True)
    responsible = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("responsible person"), related_name="+"
    )
    weighting = models.CharField(
        _("weighting"), max_length=10, choices=Weighting, default=Weighting.NONE
    )
    cluster_column = models.CharField(
        _("cluster"),
        max_length=80,
        blank=True,
        help_text=_("A column code, or “unit”; empty: none."),
    )
    smallest_cell = models.PositiveSmallIntegerField(
        _("fewest answers shown"), default=10, help_text=_("5–30; fewer are suppressed.")
    )
    reminds_after_days = models.PositiveSmallIntegerField(
        _("remind after (days)"), null=True, blank=True
    )
    reminders_max = models.PositiveSmallIntegerField(_("reminders at most"), default=2)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("compared with"),
        null=True,
        blank=True,
        related_name="+",
    )
    is_same_clusters = models.BooleanField(
        _("same offices as the wave compared with"), default=False
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["survey", "-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="wave_state_has_instants",
            ),
            models.CheckConstraint(
                condition=Q(smallest_cell__gte=5, smallest_cell__lte=30), name="wave_smallest_cell"
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="wave_to_close"),
            models.Index(fields=["survey", "-opens_at", "-id"], name="wave_of_survey"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The wave's page."""
        return reverse("surveys:wave", args=[self.pk])

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_th

    def is_taking(self, at: datetime) -> bool:
        """Whether answers are taken at this instant."""
        return self.state == self.State.OPEN and self.opens_at <= at < self.closes_at


class Stratum(models.Model):
    """A stratum (ชั้นภูมิ) of the frame with its population."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="strata")
    code = models.CharField(_("code"), max_length=40)
    label_th = models.CharField(_("Thai name"), max_length=200)
    label_en = models.CharField(_("English name"), max_length=200, blank=True)
    population = models.PositiveIntegerField(_("population"))
    target_n = models.PositiveIntegerField(_("answers wanted"), null=True, blank=True)

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        ordering = ["wave", "code"]
        constraints = [models.UniqueConstraint(fields=["wave", "code"], name="stratum_code_once")]

    def __str__(self) -> str:
        return self.label_en if get_language() == "en" and self.label_en else self.label_th


class Margin(models.Model):
    """A known total of the population, to which weights are raked: column, value, how many."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="margins")
    column = models.CharField(_("column"), max_length=80)
    value = models.CharField(_("value"), max_length=80)
    population = models.PositiveIntegerField(_("population"))

    class Meta:
        verbose_name = _("margin")
        verbose_name_plural = _("margins")
        ordering = ["wave", "column", "value"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "column", "value"], name="margin_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.column} = {self.value}"


class Quota(models.Model):
    """A quota (โควตา): so many answers with a value in a column; never more, by check."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quotas")
    column = models.CharField(_("column"), max_length=80)
    value = models.CharField(_("value"), max_length=80)
    limit = models.PositiveIntegerField(_("at most"))
    filled_count = models.PositiveIntegerField(_("answers so far"), default=0)
    message_th = models.CharField(_("what is said when full, in Thai"), max_length=500, blank=True)
    message_en = models.CharField(
        _("what is said when full, in English"), max_length=500, blank=True
    )

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["wave", "column", "value"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "column", "value"], name="quota_value_once"),
            models.CheckConstraint(
                condition=Q(filled_count__lte=F("limit")), name="quota_never_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.column} = {self.value}: {self.filled_count}/{self.limit}"
