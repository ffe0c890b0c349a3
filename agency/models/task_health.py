"""When each scheduled task ran last."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskHealth(models.Model):
    """The last runs of a scheduled task; the watchdog tells admins of runs that did not happen."""

    task = models.CharField(_("task"), max_length=100, unique=True)
    started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("last succeeded"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    run_count = models.PositiveBigIntegerField(_("runs"), default=0)
    alerted_at = models.DateTimeField(_("admins told"), null=True, blank=True)

    class Meta:
        verbose_name = _("task health")
        verbose_name_plural = _("task health")
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task
