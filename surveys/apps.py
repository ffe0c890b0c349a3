"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "pulse_begun": _("began the question after a service"),
    "pulse_changed": _("changed the question after a service"),
    "token_given": _("gave another system a token"),
    "token_withdrawn": _("withdrew the token of another system"),
    "followup_opened": _("The follow-up was opened"),
    "followup_assigned": _("named who follows up"),
    "followup_contacted": _("spoke to the person"),
    "followup_closed": _("closed the follow-up"),
    "followup_reminded": _("A reminder went out"),
}

WORDS = {
    "wave_prepared": _("Prepared the wave"),
    "survey_shared": _("Shared the results with other units"),
    "wave_changed": _("Changed the wave"),
    "wave_opened": _("Opened the wave"),
    "wave_extended": _("Moved the end of the wave"),
    "wave_closed": _("Closed the wave"),
    "invited": _("Invited people"),
    "invitations_retried": _("Sent failed invitations again"),
    "invitation_bounced": _("Noted that an invitation came back"),
    "letters_posted": _("Noted that letters were posted"),
    "posted_in_line": _("Noted that the link was posted in LINE"),
    "sheets_printed": _("Numbered sheets for printing"),
    "sheet_settled": _("Settled two keyings by the paper"),
    "margins_set": _("Set the totals of the population"),
    "note_written": _("Wrote a note under a result"),
    "note_removed": _("Took a note away"),
    "texts_handed_over": _("Passed the open answers on to the inbox of voices"),
    "results_sent": _("Sent the results to the units"),
    "results_acknowledged": _("Acknowledged the results"),
    "results_reminded": _("A reminder went out"),
    "plan_written": _("Wrote the plan"),
    "plan_done": _("Finished the plan"),
    "voided": _("Took a response out of the count"),
}


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Say how notices are worded and how the verbs read."""
        from agency import audit  # noqa: PLC0415  models are ready only now
        from surveys.lifecycle import (  # noqa: PLC0415
            cascade,
            followups,
            invitations,
            keeping,
            service_pulses,
        )

        cascade.register()
        followups.register()
        invitations.register()
        keeping.register()
        service_pulses.register()
        audit.register_words(VERBS | WORDS)
