"""Alert rules and what fired."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Role, Unit
from pmqa.alerts.checks import Asked
from pmqa.alerts.words import condition_words, words_of
from pmqa.indicators.registry import BY_ID, Indicator, Measure, find

if TYPE_CHECKING:
    from agency.models import Staff


class AlertRule(models.Model):
    """A rule that watches an indicator of a unit (กฎการเตือนตัวชี้วัด) and tells named people or roles."""

    class Check(models.TextChoices):
        """What makes it fire."""

        BELOW = "below", _("Falls below a limit")
        ABOVE = "above", _("Rises above a limit")
        YEAR = "year", _("Significantly worse than in the same month last year")
        BAND = "band", _("Outside the band of the twelve months before")

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    measure = models.CharField(_("indicator"), max_length=40)
    check_kind = models.CharField(_("when"), max_length=10, choices=Check)
    limit = models.DecimalField(_("limit"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_sure = models.BooleanField(
        _("only when the whole interval lies beyond the limit"), default=False
    )
    watches_running_month = models.BooleanField(_("also the running month"), default=False)
    people = models.ManyToManyField("agency.Staff", verbose_name=_("people"), blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name=_("roles of the unit"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(_("in use"), default=True)
    muted_until = models.DateTimeField(_("silent until"), null=True, blank=True)
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["unit", "measure", "pk"]
        indexes = [models.Index(fields=["made_at", "id"], name="alertrule_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(check_kind__in=["below", "above"], limit__isnull=False)
                | Q(check_kind__in=["year", "band"], limit=None),
                name="alertrule_limit_fits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.check_kind}"

    def get_absolute_url(self) -> str:
        """The rule's page."""
        return reverse("alerts:rule", args=[self.pk])

    @property
    def indicator(self) -> Indicator:
        """The indicator it watches."""
        return BY_ID[self.measure.partition(":")[0]]

    @property
    def definition(self) -> Measure:
        """The measure it watches."""
        indicator, _colon, name = self.measure.partition(":")
        found = find(indicator, name)
        if found is None:
            raise LookupError(self.measure)
        return found

    @property
    def asked(self) -> Asked:
        """What it asks, for the checks."""
        return Asked(
            check=self.check_kind,
            limit=None if self.limit is None else float(self.limit),
            measure=self.definition,
            is_sure=self.is_sure,
        )

    @property
    def name(self) -> str:
        """The indicator and measure in words."""
        label, name = str(self.definition.label), str(self.indicator.name)
        words = name if len(self.indicator.measures) == 1 else f"{name}: {label}"
        return f"{self.indicator.id} {words}"

    @property
    def condition(self) -> str:
        """When it fires, in words."""
        return condition_words(self)

    def is_muted(self, at: datetime) -> bool:
        """Whether it stays silent at an instant."""
        return self.muted_until is not None and at < self.muted_until


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts."""

    def visible_to(self, staff: Staff) -> AlertQuerySet:
        """Alerts of the own unit and units below it, and those that name the person."""
        if not staff.roles:
            return self.none()
        below = Unit.objects.below(staff.unit).values("pk")
        named = AlertRule.objects.filter(people=staff).values("pk")
        return self.filter(Q(rule__unit__in=below) | Q(rule__in=named))

    def unanswered(self) -> AlertQuerySet:
        """Those that nobody has acknowledged."""
        return self.filter(acknowledged_at=None)


class Alert(models.Model):
    """A rule that fired for a month (การเตือน): figure, limit, n and interval as they were; once for each month."""

    rule = models.ForeignKey(AlertRule, models.PROTECT, related_name="alerts")
    month_on = models.DateField(_("month"))
    is_running = models.BooleanField(_("before the month was over"), default=False)
    facts = models.JSONField(help_text=_("Figure, limit, n and interval as they were."))
    fired_at = models.DateTimeField(_("fired at"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("what was done"), max_length=1000, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-fired_at", "-pk"]
        indexes = [models.Index(fields=["fired_at", "id"], name="alert_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["rule", "month_on"], name="alert_once_a_month"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None, note="")
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(note=""),
                name="alert_acknowledged_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="facts_never_change",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "rule_id", "month_on", "facts", "fired_at", "is_running"
                ),
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'pgtrigger: Cannot change what fired';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.month_on:%Y-%m}"

    def get_absolute_url(self) -> str:
        """The alert's page."""
        return reverse("alerts:alert", args=[self.pk])

    @property
    def found(self) -> str:
        """What was found, in words."""
        return words_of(self.rule, self.facts)
