"""Kinds, grades and categories of complaints."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a matter is; service and corruption are kept apart everywhere."""

    SERVICE = "service", _("Service complaint")
    CORRUPTION = "corruption", _("Corruption or misconduct")
    TIP_OFF = "tip_off", _("Tip-off")
    PETITION = "petition", _("Petition for help")
    SUGGESTION = "suggestion", _("Suggestion")
    ENQUIRY = "enquiry", _("Enquiry")
    COMPLIMENT = "compliment", _("Compliment")

    @classmethod
    def restricted(cls) -> list[str]:
        """Kinds that only named persons may read (ทุจริต, แจ้งเบาะแส)."""
        return [cls.CORRUPTION, cls.TIP_OFF]


class Grade(models.Model):
    """How grave a matter is (ระดับความรุนแรง); the four usual ones are seeded, agencies may rename them."""

    number = models.PositiveSmallIntegerField(_("grade"), primary_key=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    definition = models.TextField(_("definition"), blank=True)

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["number"]

    def __str__(self) -> str:
        name = self.name_en if get_language() == "en" and self.name_en else self.name_th
        return f"{self.number} {name}"


class Cause(models.Model):
    """A cause of complaints (รหัสสาเหตุ), two levels deep: what is counted, beside the words of each case."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # counts the changes

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="cause_not_part_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th


class Category(models.Model):
    """A topic (ประเภทเรื่อง), two levels deep."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        related_name="children",
    )
    default_unit = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        verbose_name=_("usual owner"),
        null=True,
        blank=True,
        related_name="+",
    )
    is_public = models.BooleanField(_("offered to citizens"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th
