"""Units (หน่วยงาน)."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class UnitQuerySet(models.QuerySet["Unit"]):
    """Questions about units."""

    def active(self) -> UnitQuerySet:
        """Units that still work."""
        return self.filter(is_active=True)

    def below(self, unit: Unit) -> UnitQuerySet:
        """The unit itself and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """A unit (หน่วยงาน) in a tree of any shape: กรม, กอง, กลุ่ม, provincial office."""

    code = models.CharField(_("code"), max_length=20, unique=True)
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
    path = models.CharField(
        max_length=400,
        editable=False,
        default="",
        help_text="Ids from the root, as in /1/7/; kept by agency.units.",
    )
    province = models.CharField(
        _("province code"),
        max_length=2,
        blank=True,
        help_text=_("Two digits of the Interior Ministry, as in 10."),
    )
    calendar = models.ForeignKey(
        "agency.Calendar",
        models.PROTECT,
        verbose_name=_("calendar"),
        null=True,
        blank=True,
        help_text=_("Empty: the calendar of the unit above."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    restricted_readers = models.ManyToManyField(
        "agency.Staff",
        verbose_name=_("persons named for restricted cases"),
        blank=True,
        related_name="restricted_units",
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        indexes = [models.Index(OpClass("path", "text_pattern_ops"), name="unit_path")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_th
