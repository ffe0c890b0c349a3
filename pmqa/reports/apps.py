"""Monthly category-3 reports as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Monthly category-3 reports."""

    name = "pmqa.reports"
    label = "reports"
    verbose_name = _("Reports")
