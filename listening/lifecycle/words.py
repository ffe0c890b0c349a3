"""How notices, letters and the audit trail of the room read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency import audit, letters, notices
from agency.models import Notice
from listening.models import Label, Reply, TextModel, TopicAlert, Voice

VERBS = {
    "voice_received": gettext_lazy("took the voice in"),
    "voice_triaged": gettext_lazy("classified the voice"),
    "voice_assigned": gettext_lazy("assigned the voice"),
    "voice_answered": gettext_lazy("replied"),
    "voice_closed": gettext_lazy("closed the loop"),
    "voice_converted": gettext_lazy("made a complaint of it"),
    "voice_numbered": gettext_lazy("The complaint got its number"),
    "voice_merged": gettext_lazy("let it follow the same voice"),
    "voice_followed": gettext_lazy("let another voice follow this one"),
    "voice_parted": gettext_lazy("parted it from the other voice"),
    "voice_tagged": gettext_lazy("tagged a need"),
    "voice_untagged": gettext_lazy("took a tag back"),
    "voice_from_survey": gettext_lazy("took the voice over from a survey"),
    "voice_imported": gettext_lazy("took the voice over from a file"),
    "outing_noted": gettext_lazy("wrote the outing down"),
    "engagement_noted": gettext_lazy("wrote a talk down"),
    "evidence_added": gettext_lazy("named evidence"),
    "insight_discussed": gettext_lazy("commented on the insight"),
    "insight_approved": gettext_lazy("approved the insight"),
    "insight_handed_over": gettext_lazy("handed the insight over"),
    "insight_taken_up": gettext_lazy("The improvement was drafted"),
    "rise_found": gettext_lazy("found that the topic rises"),
    "rise_seen": gettext_lazy("took note of the rise"),
    "rise_settled": gettext_lazy("settled the rise"),
    "text_model_learnt": gettext_lazy("learnt a model of text"),
    "text_model_used": gettext_lazy("put the model to work"),
    "text_model_switched_off": gettext_lazy("switched the model off"),
    "text_model_stale": gettext_lazy("switched the model off, since it was corrected too often"),
    "topics_published": gettext_lazy("published a list of topics"),
}


def open_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for work only while the voice is open."""
    wanted = {row.object_id for row in rows}
    still = set(Voice.objects.open().filter(pk__in=wanted).values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def rise_open_still(rows: list[Notice]) -> set[int]:
    """Keep notices of rises that nobody settled yet."""
    wanted = {row.object_id for row in rows}
    still = set(
        TopicAlert.objects.filter(pk__in=wanted, settled_at=None).values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.object_id in still}


def stale_still(rows: list[Notice]) -> set[int]:
    """Keep what tells of a model that is still switched off."""
    wanted = {row.object_id for row in rows}
    stale = TextModel.objects.filter(pk__in=wanted, state=TextModel.State.STALE)
    still = set(stale.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def stale_title(facts: dict[str, Any]) -> str:
    """Say which model was switched off."""
    told = {"field": Label(facts["field"]).label, "version": facts["version"]}
    return _("The model for “%(field)s”, version %(version)s, was switched off") % told


def reply_text(facts: dict[str, Any]) -> str:
    """Return the text of a reply; it stands in its own row, not in the letter."""
    return Reply.objects.values_list("text", flat=True).get(pk=facts["reply"])


def register() -> None:
    """Make the outbox and the audit trail know the sentences; called once, when the app is ready."""
    audit.register_words(VERBS)
    notices.register(
        "listening.urgent",
        title=lambda facts: _("Voice %(number)s is urgent") % facts,
        still_stands=open_still,
    )
    notices.register(
        "listening.assigned",
        title=lambda facts: _("Voice %(number)s was given to you") % facts,
        still_stands=open_still,
    )
    notices.register(
        "listening.rise",
        title=lambda facts: (
            _("More people than usual speak about “%(topic)s”: %(people)s in a day") % facts
        ),
        still_stands=rise_open_still,
    )
    notices.register("listening.model_stale", title=stale_title, still_stands=stale_still)
    letters.register_letter(
        "listening.reply",
        subject_line=lambda _facts: _("Our reply to what you told us"),
        body=reply_text,
    )
