"""How the verbs of hearings read in the audit trail, and the words of their letters and notices."""

from django.utils.translation import gettext_lazy as _

from agency import audit
from listening.lifecycle import letters_of_hearings, outcomes

VERBS = {
    "hearing_prepared": _("Prepared the hearing"),
    "hearing_changed": _("Changed the hearing"),
    "hearing_announced": _("Announced the hearing"),
    "hearing_extended": _("Moved the end of written views"),
    "hearing_cancelled": _("Called the hearing off"),
    "hearing_reordered": _("Reordered the issues"),
    "hearing_document": _("Published a document"),
    "speaker_signed_up": _("A speaker signed up"),
    "speaker_withdrew": _("A speaker withdrew"),
    "speaker_called": _("Gave the floor"),
    "speaker_finished": _("Ended the turn"),
    "speaker_missed": _("Noted that the speaker did not come"),
    "speaker_time": _("Gave more time"),
    "speakers_reordered": _("Reordered the speakers"),
    "session_opened": _("Opened the session"),
    "session_closed": _("Closed the session"),
    "help_asked": _("Assistance was asked for"),
    "help_decided": _("Answered the request for assistance"),
    "testimony_taken": _("A written view came"),
    "testimony_shown": _("Showed the view"),
    "testimony_hidden": _("Kept the view from the public"),
    "testimony_redacted": _("Covered passages of the view"),
    "testimony_appealed": _("The writer asked for a second look"),
    "appeal_decided": _("Took the second look"),
    "views_grouped": _("Grouped views that are alike"),
    "minutes_written": _("Wrote the minutes"),
    "hearing_answered": _("Answered issues"),
    "summary_published": _("Published the summary"),
}


def register() -> None:
    """Make trail and outbox know them; called once, when the app is ready."""
    audit.register_words(VERBS)
    letters_of_hearings.register()
    outcomes.register()
