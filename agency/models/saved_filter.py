"""Saved views of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agency.models.staff import Staff


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Questions about saved views."""

    def visible_to(self, staff: Staff) -> SavedFilterQuerySet:
        """The own ones, those shared by people of the same unit, and those for everybody.

        A view is a query, never rows: what it shows is what its reader may see.
        """
        shared = Q(is_shared=True, owner__unit=staff.unit_id)
        return self.filter(Q(owner=staff) | shared | Q(is_for_all=True))


class SavedFilter(models.Model):
    """A list's filters, order and columns under a name (มุมมองที่บันทึกไว้)."""

    owner = models.ForeignKey("agency.Staff", models.CASCADE, related_name="saved_filters")
    page = models.CharField(
        max_length=60, help_text="The URL name of the list, as in complaints:queue."
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, help_text="The validated query string.")
    is_shared = models.BooleanField(_("shared with the unit"), default=False)
    is_for_all = models.BooleanField(_("for everybody"), default=False)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_once")
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The saved view with which a list opens for a person (มุมมองเริ่มต้น)."""

    staff = models.ForeignKey("agency.Staff", models.CASCADE, related_name="+")
    page = models.CharField(max_length=60)
    view = models.ForeignKey(SavedFilter, models.CASCADE, related_name="default_of")

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = [models.UniqueConstraint(fields=["staff", "page"], name="default_view_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.page}"
