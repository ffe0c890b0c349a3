"""Self-assessment of PMQA category 3 as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "assessment_started": _("Began the self-assessment"),
    "assessment_written": _("Wrote in the self-assessment"),
    "assessment_submitted": _("Submitted the self-assessment"),
    "assessment_sent_back": _("Sent the self-assessment back"),
    "assessment_ticked": _("The committee ticked boxes"),
    "assessment_judged": _("The committee judged"),
    "assessment_closed": _("Closed the self-assessment"),
    "assessment_exhibit_added": _("Added evidence"),
    "assessment_exhibit_removed": _("Took evidence out"),
    "assessment_step_planned": _("Planned how to close a gap"),
    "assessment_step_done": _("Carried out a step of the plan"),
    "assessment_followup_told": _("Told how the plan goes"),
    "criteria_copied": _("Copied the criteria of the year before"),
    "criteria_imported": _("Imported criteria"),
}


class AssessmentConfig(AppConfig):
    """Self-assessment of PMQA category 3."""

    name = "pmqa.assessment"
    label = "assessment"
    verbose_name = _("Self-assessment")

    def ready(self) -> None:
        """Say how verbs and notices read."""
        from agency import audit  # noqa: PLC0415  models are ready only now
        from pmqa.assessment.lifecycle import words  # noqa: PLC0415

        audit.register_words(VERBS)
        words.register()
