"""What is assessed: criteria of a fiscal year, their items and boxes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2560, 2699


class Level(models.IntegerChoices):
    """How far an agency has come, the lowest first."""

    BASIC = 1, _("Basic level")
    ADVANCE = 2, _("Advance level")
    SIGNIFICANCE = 3, _("Significance level")


class Source(models.TextChoices):
    """What of the portal's own work may be offered as evidence for an item."""

    VOICES = "voices", _("Voices heard, by channel")
    NEEDS = "needs", _("Register of needs and expectations")
    INSIGHTS = "insights", _("Approved insights")
    SURVEYS = "surveys", _("Closed surveys and their answers")
    FACTSHEETS = "factsheets", _("Published factsheets")
    CASCADES = "cascades", _("Survey results acknowledged by units")
    FOLLOWUPS = "followups", _("Follow-ups of dissatisfied respondents")
    HEARINGS = "hearings", _("Hearings with a published summary")
    STANDARD = "standard", _("Standard and flow chart of complaint handling")
    CASES = "cases", _("Complaints handled")
    ACTIONS = "actions", _("Corrective actions verified")
    REPORTS = "reports", _("Published monthly reports")


def in_language(thai: str, english: str) -> str:
    """Return the English text to an English reader where there is one."""
    return english if get_language() == "en" and english else thai


class CriteriaSet(models.Model):
    """The criteria of a fiscal year (ชุดเกณฑ์การประเมิน); OPDC revises wording and counts, so they are data."""

    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"),
        unique=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        help_text=_("In พ.ศ., as in 2570."),
    )
    title_th = models.CharField(_("Thai name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Which document it follows.")
    )

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["-fiscal_year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="criteria_year_is_buddhist",
            )
        ]

    def __str__(self) -> str:
        return f"{in_language(self.title_th, self.title_en)} {self.fiscal_year}"


class Item(models.Model):
    """An item of the criteria (หัวข้อการประเมิน), as 3.1."""

    criteria = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=10, help_text=_("As in 3.1."))
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    title_th = models.CharField(_("Thai name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    sources = ArrayField(
        models.CharField(max_length=12, choices=Source),
        verbose_name=_("evidence offered"),
        default=list,
        blank=True,
        help_text=_("What of the portal’s own work is offered as evidence, as codes with commas."),
    )

    class Meta:
        verbose_name = _("item of the criteria")
        verbose_name_plural = _("items of the criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["criteria", "code"], name="item_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The name in the language of the reader."""
        return in_language(self.title_th, self.title_en)


class Box(models.Model):
    """What has to be shown at a level (ประเด็นที่ต้องแสดง), one box to tick."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="boxes")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    text_th = models.CharField(_("Thai text"), max_length=500)
    text_en = models.CharField(_("English text"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("box to tick")
        verbose_name_plural = _("boxes to tick")
        ordering = ["item", "level", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=[1, 2, 3]), name="box_level_is_known"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.text_th, self.text_en)
