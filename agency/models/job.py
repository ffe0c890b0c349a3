"""Jobs: long-running work with a progress bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agency.models.staff import Staff


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about jobs."""

    def visible_to(self, staff: Staff) -> JobQuerySet:
        """A job is its starter's."""
        return self.filter(by=staff)


class Job(models.Model):
    """Work in the background that a person started and watches: import, export, report."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("type"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    by = models.ForeignKey("agency.Staff", models.CASCADE, related_name="jobs")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    task = models.CharField(
        max_length=100,
        default="",
        help_text="The Celery task that does it, called with the row's id.",
    )
    arguments = models.JSONField(default=dict)
    file = models.FileField(upload_to="jobs/%Y/%m", blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict)
    message = models.CharField(_("message"), max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="Where the result is.")
    is_cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(
        null=True, blank=True, help_text="Last sign of life of the worker."
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["by", "-id"], name="job_mine"),
            models.Index(
                fields=["id"], condition=models.Q(state__in=["waiting", "running"]), name="job_open"
            ),
            models.Index(
                fields=["ended_at", "id"], condition=~models.Q(file=""), name="job_with_file"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The progress page."""
        return reverse("agency:job", args=[self.pk])

    @property
    def is_file_gone(self) -> bool:
        """Whether what it wrote was deleted after its time (`jobs.clear_files`)."""
        is_written = self.state == self.State.DONE and self.kind.endswith("export")
        return is_written and bool(self.file_name) and not self.file
