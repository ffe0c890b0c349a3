"""Improvements as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "improvement_started": _("started the improvement"),
    "improvement_changed": _("changed the improvement"),
    "improvement_moved": _("moved it to another stage"),
    "improvement_due": _("set the day by which it is done"),
    "improvement_in_use": _("took the changed service into use"),
    "improvement_use_ended": _("ended the use of the changed service"),
    "improvement_finished": _("completed the improvement"),
    "improvement_dropped": _("dropped the improvement"),
    "improvement_published": _("showed it in the public gallery"),
    "improvement_unpublished": _("took it out of the public gallery"),
    "improvement_milestone": _("added a milestone"),
    "improvement_reached": _("reached a milestone"),
    "improvement_milestone_removed": _("took a milestone out of the plan"),
    "improvement_guideline": _("sent the guideline to units"),
    "guideline_acknowledged": _("acknowledged the guideline"),
    "improvement_measured": _("measured before and after"),
}


class ImprovementsConfig(AppConfig):
    """Improvements."""

    name = "pmqa.improvements"
    label = "improvements"
    verbose_name = _("Improvements")

    def ready(self) -> None:
        """Say how notices and verbs read, and where the rooms below find improvements."""
        from agency import audit, signposts  # noqa: PLC0415  models are ready only now
        from pmqa.improvements.lifecycle import announcing  # noqa: PLC0415

        announcing.register()
        audit.register_words(VERBS)
        signposts.register("improvement", "improvements:detail")
        signposts.register("wave", "surveys:results")
        signposts.register("improvement_of_cause", "improvements:new_of_cause")
        signposts.register("improvement_of_wave", "improvements:new_of_wave")
