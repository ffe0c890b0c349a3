"""Monthly category-3 reports as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "built": _("Built"),
    "reviewed": _("Checked"),
    "approved": _("Approved"),
    "published": _("Published"),
    "replaced": _("Replaced by a newer version"),
    "sent_back": _("Sent back"),
    "commented": _("Commented"),
    "sent_out": _("Sent to the recipients"),
    "point_added": _("Wrote a point"),
    "point_edited": _("Worded a point anew"),
    "point_dropped": _("Left a point out"),
    "point_decided": _("Decided a point"),
    "point_progress": _("Told the progress of a point"),
    "result_entered": _("Entered a result of 7.2"),
}


class ReportsConfig(AppConfig):
    """Monthly category-3 reports."""

    name = "pmqa.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Say how the verbs read in the audit trail."""
        from agency import audit  # noqa: PLC0415  models are ready only now

        audit.register_words(VERBS)
        from pmqa.reports.points import lifecycle as points  # noqa: PLC0415  as above

        points.register()
