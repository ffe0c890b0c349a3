"""Staff (เจ้าหน้าที่)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.models.unit import Unit


class Role(models.TextChoices):
    """What a member of staff does here; one person may have several."""

    OFFICER = "officer", _("Officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    EXECUTIVE = "executive", _("Executive")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class StaffQuerySet(models.QuerySet["Staff"]):
    """Questions about staff."""

    def active(self) -> StaffQuerySet:
        """Staff who may log in."""
        return self.filter(is_active=True)

    def with_role(self, role: str) -> StaffQuerySet:
        """Staff who have the role."""
        return self.filter(roles__contains=[role])

    def of_unit(self, unit: Unit) -> StaffQuerySet:
        """Staff who sit in this very unit."""
        return self.filter(unit=unit)

    def visible_to(self, staff: Staff) -> StaffQuerySet:
        """Staff of the own unit and below."""
        return self.filter(unit__path__startswith=staff.unit.path)


class StaffManager(UserManager.from_queryset(StaffQuerySet)):  # type: ignore[misc]
    """Makes staff; `create_superuser` puts them in the root unit."""

    def create_superuser(self, username, email=None, password=None, **extra):  # type: ignore[no-untyped-def]
        """Create an administrator in the root unit."""
        if "unit" not in extra and "unit_id" not in extra:
            extra["unit"] = Unit.objects.filter(parent=None).earliest("pk")
        extra.setdefault("roles", [Role.ADMIN])
        return super().create_superuser(username, email, password, **extra)


class Staff(AbstractUser):
    """A member of staff (เจ้าหน้าที่) who works in the browser."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="staff")
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name=_("roles"),
        default=list,
        blank=True,
    )
    deputy = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("deputy"),
        null=True,
        blank=True,
        related_name="deputises_for",
    )
    leave_from = models.DateField(_("on leave from"), null=True, blank=True)
    leave_until = models.DateField(_("on leave until"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))], default="th"
    )
    is_notified_by_email = models.BooleanField(_("notices by e-mail"), default=True)

    # Who is away and has left this person the desk; `agency.units.stand_in` says for which day.
    stands_in_for: Sequence[Staff] = ()
    # Who may have left this person the desk, if the log-in asked; the day is not looked at yet.
    left_desks: Sequence[Staff] | None = None

    objects = StaffManager()  # type: ignore[misc]  # AbstractUser declares it as a class variable

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering = ["username"]
        indexes = [GinIndex(fields=["roles"], name="staff_roles")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(leave_from=None, leave_until=None)
                | models.Q(leave_until__gte=models.F("leave_from")),
                name="staff_leave_is_a_span",
                violation_error_message=_("Leave needs both dates, the last not before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def has_role(self, *roles: str) -> bool:
        """Whether the person has one of the roles."""
        return any(role in self.roles for role in roles)

    def is_on_leave(self, on: date) -> bool:
        """Whether the person is away on that day."""
        return bool(
            self.leave_from and self.leave_until and self.leave_from <= on <= self.leave_until
        )
