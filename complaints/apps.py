"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Complaints."""

    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Tell the outbox how the room's notices and letters are worded."""
        from complaints.lifecycle import announcements  # noqa: PLC0415  models are ready only now

        announcements.register()
