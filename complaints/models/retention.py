"""How long ended cases are kept, and what becomes of them then (กำหนดเวลาเก็บรักษา)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Grade, Kind

LEAST_MONTHS = 6  # so long a complainant may still ask for stage 2


class RetentionRule(models.Model):
    """A line of the retention schedule (กำหนดเวลาเก็บรักษา): which cases, how long, what happens then.

    The rule that says most about a case holds for it: kind and grade before kind before grade
    before the rule for all. Years and months are counted from the end of the case.
    """

    class Content(models.TextChoices):
        """What becomes of the words and files of a case whose time is over; the person is always erased."""

        ERASE = "erase", _("Erase text, thread and files; figures stay")
        KEEP = "keep", _("Erase the person only; text and files stay")

    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("The regulation that asks for it.")
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, blank=True, help_text=_("Empty: every kind.")
    )
    grade = models.ForeignKey(
        Grade,
        models.PROTECT,
        verbose_name=_("grade"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every grade."),
    )
    archive_after_months = models.PositiveSmallIntegerField(
        _("into the archive after (months)"),
        default=24,
        help_text=_("Counted from the end of the case; at least 6, so that stage 2 is over."),
    )
    erase_after_years = models.PositiveSmallIntegerField(
        _("erased after (years)"),
        null=True,
        blank=True,
        help_text=_("Counted from the end of the case. Empty: kept for good."),
    )
    content = models.CharField(
        _("what happens then"), max_length=8, choices=Content, default=Content.ERASE
    )

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["kind", "grade", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "grade"],
                nulls_distinct=False,
                name="retention_rule_once",
                violation_error_message=_(
                    "There is a rule for this kind and grade already. Change that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(archive_after_months__gte=LEAST_MONTHS),
                name="retention_archive_after_stage2",
                violation_error_message=_(
                    "A case stays out of the archive for at least 6 months, because stage 2 can be asked for."
                ),
            ),
            models.CheckConstraint(
                condition=Q(erase_after_years=None)
                | Q(
                    erase_after_years__gte=1, archive_after_months__lte=F("erase_after_years") * 12
                ),
                name="retention_erase_after_archive",
                violation_error_message=_(
                    "A case goes into the archive before it is erased. Give more years or fewer months."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th
