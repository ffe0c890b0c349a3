"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "pulse_begun": _("began the question after a service"),
    "pulse_changed": _("changed the question after a service"),
    "followup_opened": _("The follow-up was opened"),
    "followup_assigned": _("named who follows up"),
    "followup_contacted": _("spoke to the person"),
    "followup_closed": _("closed the follow-up"),
    "followup_reminded": _("A reminder went out"),
}


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Say how notices are worded and how the verbs read."""
        from agency import audit  # noqa: PLC0415  models are ready only now
        from surveys.lifecycle import followups  # noqa: PLC0415

        followups.register()
        audit.register_words(VERBS)
