"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgencyConfig(AppConfig):
    """Units, staff, persons, calendar, notices, audit, attachments, search."""

    name = "agency"
    verbose_name = _("Agency")
