"""Alerts on indicators as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "alert_rule_made": _("Made an alert rule"),
    "alert_rule_changed": _("Changed an alert rule"),
    "alert_rule_muted": _("Silenced an alert rule"),
    "alert_rule_unmuted": _("Let an alert rule speak again"),
    "alert_fired": _("An alert rule fired"),
    "alert_acknowledged": _("Acknowledged an alert"),
}


class AlertsConfig(AppConfig):
    """Alerts on indicators."""

    name = "pmqa.alerts"
    label = "alerts"
    verbose_name = _("Alerts on indicators")

    def ready(self) -> None:
        """Say how verbs and notices read."""
        from agency import audit  # noqa: PLC0415  models are ready only now
        from pmqa.alerts import lifecycle  # noqa: PLC0415  as above

        audit.register_words(VERBS)
        lifecycle.register()
