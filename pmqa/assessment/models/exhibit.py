"""Evidence of an assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pmqa.assessment.models.assessment import Assessment
from pmqa.assessment.models.criteria import Item, Level, Source, in_language

if TYPE_CHECKING:
    from agency.models import Attachment, Staff


class ExhibitQuerySet(models.QuerySet["Exhibit"]):
    """Questions about evidence."""

    def visible_to(self, staff: Staff) -> ExhibitQuerySet:
        """What belongs to an assessment that the person sees."""
        return self.filter(assessment__in=Assessment.objects.visible_to(staff).values("pk"))

    def standing(self) -> ExhibitQuerySet:
        """What was not taken out."""
        return self.filter(removed_at=None)


class Exhibit(models.Model):
    """A piece of evidence (หลักฐานประกอบการประเมิน) for an item at a level.

    A file hangs on it as an attachment. What the portal offered is a reference: how many, in which
    words, where to look, frozen at the instant it was attached, so that it stays as it was.
    """

    class Kind(models.TextChoices):
        """What it is."""

        EVIDENCE = "evidence", _("Evidence (PDF)")
        WORKFLOW = "workflow", _("Workflow picture (at most 2 pages)")
        OFFERED = "offered", _("From the portal")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="exhibits")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200, blank=True)
    page_count = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source, blank=True)
    count = models.PositiveIntegerField(_("count"), null=True, blank=True)
    words_th = models.TextField(_("Thai text"), blank=True)
    words_en = models.TextField(_("English text"), blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("taken out at"), null=True, blank=True)
    removed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    attached: Attachment | None = None  # its file, where a selector has put it

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")
        ordering = ["item", "level", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item", "level", "source"],
                condition=Q(kind="offered", removed_at=None),
                name="exhibit_offered_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="offered", count__isnull=False) & ~Q(source="") & ~Q(words_th="")
                | Q(kind__in=["evidence", "workflow"], source="", count=None),
                name="exhibit_offered_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(kind="workflow") | Q(page_count__lte=2),
                name="exhibit_workflow_two_pages",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__gte=F("added_at"), removed_by__isnull=False),
                name="exhibit_removed_after_it_came",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.words

    @property
    def words(self) -> str:
        """What was offered, in the language of the reader."""
        return in_language(self.words_th, self.words_en)
