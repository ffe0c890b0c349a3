"""What results are made from and published as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models.wave import Wave

if TYPE_CHECKING:
    from agency.models import Staff


class Snapshot(models.Model):
    """The answers of a wave as compressed columns in one file, from which every table is computed."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField(_("number"))
    file = models.CharField(max_length=200, help_text="Name in the private storage.")
    columns = models.JSONField(help_text="Column codes with type and labels, over all versions.")
    row_count = models.PositiveBigIntegerField(_("rows"))
    schema_hash = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    mark = models.JSONField(default=dict, help_text="Up to where it has read; for the next one.")
    built_at = models.DateTimeField(_("built at"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["wave", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="snapshot_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.number}"


class ResultNote(models.Model):
    """A sentence that the responsible person adds to a result (ข้อสังเกต)."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="notes")
    about = models.CharField(max_length=80, help_text="A column code, or headline.")
    text_th = models.TextField(_("Thai text"))
    text_en = models.TextField(_("English text"), blank=True)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a result")
        verbose_name_plural = _("notes on results")
        ordering = ["wave", "pk"]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.about}"


class FactsheetQuerySet(models.QuerySet["Factsheet"]):
    """Questions about factsheets."""

    def visible_to(self, staff: Staff) -> FactsheetQuerySet:
        """Factsheets of the waves that the person sees."""
        return self.filter(wave__in=Wave.objects.visible_to(staff).values("pk"))


class Factsheet(models.Model):
    """A factsheet (สรุปผลหนึ่งหน้า): Thai and English from one document, frozen once published."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        REPLACED = "replaced", _("Replaced by a corrected one")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="factsheets")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    document = models.JSONField(help_text="Figures and sentences in both languages.")
    sha256 = models.CharField(max_length=64)
    correction_th = models.TextField(_("correction notice in Thai"), blank=True)
    correction_en = models.TextField(_("correction notice in English"), blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FactsheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("factsheet")
        verbose_name_plural = _("factsheets")
        ordering = ["wave", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "version"], name="factsheet_version_once"),
            models.UniqueConstraint(
                fields=["wave"], condition=Q(state="published"), name="factsheet_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | Q(state__in=["published", "replaced"], published_at__isnull=False),
                name="factsheet_published_has_day",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep_published",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "replaced"]),
            ),
            # The only thing that may still happen: a corrected one takes its place.
            pgtrigger.Trigger(
                name="freeze_published",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__in=["published", "replaced"]),
                func="""
                    IF OLD.state = 'published' AND NEW.state = 'replaced'
                        AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update a published factsheet';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} v{self.version}"


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    """Questions about acknowledgements."""

    def visible_to(self, staff: Staff) -> AcknowledgementQuerySet:
        """Those of the own unit and below."""
        if not staff.roles:
            return self.none()
        return self.filter(unit__path__startswith=staff.unit.path)


class Acknowledgement(models.Model):
    """Results sent to a unit (แจ้งผลให้หน่วยงาน), its acknowledgement and its plan."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="acknowledgements")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledge_by = models.DateField(_("to be acknowledged by"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(_("plan"), blank=True)
    plan_due_on = models.DateField(_("plan done by"), null=True, blank=True)
    plan_owner = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("responsible for the plan"),
        null=True,
        blank=True,
        related_name="+",
    )
    planned_at = models.DateTimeField(null=True, blank=True)
    plan_reminded_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(_("what was done"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["wave", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "unit"], name="acknowledgement_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledgement_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(planned_at=None, plan="", plan_owner=None, plan_due_on=None)
                | Q(
                    planned_at__isnull=False,
                    plan_owner__isnull=False,
                    plan_due_on__isnull=False,
                    acknowledged_at__isnull=False,
                ),
                name="acknowledgement_plan_whole",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False, planned_at__isnull=False),
                name="acknowledgement_done_was_planned",
            ),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="acknowledgement_newest"),
            models.Index(
                fields=["acknowledge_by"],
                condition=Q(acknowledged_at=None, reminded_at=None),
                name="acknowledgement_silent",
            ),
            models.Index(
                fields=["plan_due_on"],
                condition=Q(planned_at__isnull=False, done_at=None),
                name="acknowledgement_to_do",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.unit_id}"

    def get_absolute_url(self) -> str:
        """The unit's own page of the results."""
        return reverse("surveys:unit_result", args=[self.pk])
