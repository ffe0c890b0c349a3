"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgencyConfig(AppConfig):
    """Units, staff, persons, calendar, notices, audit, attachments, search."""

    name = "agency"
    verbose_name = _("Agency")

    def ready(self) -> None:
        """Say how the ground floor's own notices are worded."""
        from agency import health, jobs, notices  # noqa: PLC0415  models exist from here on

        notices.register(health.NOTICE, title=health.title, still_stands=health.still_missed)
        notices.register(jobs.NOTICE, title=jobs.title)
