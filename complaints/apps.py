"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Complaints."""

    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Say how notices and letters are worded, and what a change of the calendar would do."""
        from agency import audit, calendars, signposts  # noqa: PLC0415  models are ready only now
        from complaints.lifecycle import (  # noqa: PLC0415
            actions,
            announcements,
            keeping,
            preview_due_dates,
        )
        from complaints.selectors.stream import DONE  # noqa: PLC0415

        announcements.register()
        actions.register()
        keeping.register()
        audit.register_words({verb: words for verb, (_icon, words) in DONE.items()})
        calendars.on_preview(preview_due_dates)
        signposts.register("complaint", "complaints:detail")
