"""Addresses of the listening room."""

from django.urls import path

from listening.views import (
    analysis,
    hearing_outcomes,
    hearing_session,
    hearings,
    inbox,
    occasions,
    public_hearings,
    registers,
    rising,
    testimonies,
)

app_name = "listening"
DESK = "listening/hearings/"


def register(name: str) -> dict[str, str]:
    """Say which register a page is of."""
    return {"register": name}


urlpatterns = [
    path("voices/", inbox.inbox, name="inbox"),
    path("voices/new/", inbox.new, name="new"),
    path("voices/bulk/", inbox.bulk, name="bulk"),
    path("voices/analysis/", analysis.topics_over_time, name="analysis"),
    path("voices/analysis/sound/", analysis.how_voices_sound, name="analysis_moods"),
    path("voices/analysis/words/", analysis.words_in_context, name="analysis_words"),
    path("voices/analysis/rising/", rising.rising, name="rising"),
    path("voices/analysis/rises/", rising.alerts, name="alerts"),
    path("voices/analysis/rises/<int:pk>/", rising.alert, name="alert"),
    path("voices/analysis/rises/<int:pk>/<slug:verb>/", rising.settle, name="alert_step"),
    path("voices/analysis/voices/", analysis.voices, name="analysis_voices"),
    path("voices/<int:pk>/", inbox.voice, name="voice"),
    path("voices/<int:pk>/tags/<int:tag_pk>/take-back/", inbox.untag, name="untag"),
    path("voices/<int:pk>/<slug:verb>/", inbox.step, name="step"),
    path("outings/", occasions.occasions, name="occasions"),
    path("outings/new/", occasions.new, name="occasion_new"),
    path("outings/<int:pk>/", occasions.occasion, name="occasion"),
    path("outings/<int:occasion_pk>/voice/", inbox.new, name="occasion_voice"),
    path("needs/", registers.rows, register("needs"), name="needs"),
    path("needs/new/", registers.edit, register("needs"), name="need_new"),
    path("needs/<int:pk>/", registers.need, name="need"),
    path("needs/<int:pk>/edit/", registers.edit, register("needs"), name="need_edit"),
    path(
        "needs/<int:pk>/evidence/",
        registers.add_evidence,
        register("needs"),
        name="need_evidence",
    ),
    path("stakeholders/", registers.rows, register("stakeholders"), name="stakeholders"),
    path("stakeholders/new/", registers.edit, register("stakeholders"), name="stakeholder_new"),
    path("stakeholders/<int:pk>/", registers.stakeholder, name="stakeholder"),
    path(
        "stakeholders/<int:pk>/edit/",
        registers.edit,
        register("stakeholders"),
        name="stakeholder_edit",
    ),
    path("stakeholders/<int:pk>/talk/", registers.engage, name="engage"),
    path("insights/", registers.rows, register("insights"), name="insights"),
    path("insights/new/", registers.edit, register("insights"), name="insight_new"),
    path("insights/<int:pk>/", registers.insight, name="insight"),
    path("insights/<int:pk>/edit/", registers.edit, register("insights"), name="insight_edit"),
    path(
        "insights/<int:pk>/evidence/",
        registers.add_evidence,
        register("insights"),
        name="insight_evidence",
    ),
    path("insights/<int:pk>/comment/", registers.discuss, name="discuss"),
    path("insights/<int:pk>/<slug:verb>/", registers.settle, name="settle"),
    path("hearings/", public_hearings.hearings, name="public_hearings"),
    path("hearings.ics", public_hearings.feed, name="hearings_feed"),
    path("hearings/<slug:code>/", public_hearings.hearing, name="public_hearing"),
    path("hearings/<slug:code>.ics", public_hearings.one_feed, name="hearing_feed"),
    path(
        "hearings/<slug:code>/documents/<int:pk>/",
        public_hearings.document,
        name="hearing_document",
    ),
    path("hearings/<slug:code>/views/", public_hearings.views, name="public_views"),
    path("hearings/<slug:code>/speak/", public_hearings.speak, name="speak"),
    path("hearings/<slug:code>/view/", public_hearings.send_view, name="send_view"),
    path("hearings/<slug:code>/help/", public_hearings.ask_help, name="ask_help"),
    path("hearings/<slug:code>/mine/", public_hearings.mine, name="hearing_mine"),
    path(
        "hearings/<slug:code>/mine/<slug:verb>/",
        public_hearings.mine_step,
        name="hearing_mine_step",
    ),
    path("hearings/<slug:code>/screen/", public_hearings.screen, name="screen"),
    path("hearings/<slug:code>/summary/", public_hearings.summary, name="summary"),
    path(
        "hearings/<slug:code>/summary.pdf",
        public_hearings.summary_file,
        {"kind": "pdf"},
        name="summary_pdf",
    ),
    path(
        "hearings/<slug:code>/summary.docx",
        public_hearings.summary_file,
        {"kind": "docx"},
        name="summary_docx",
    ),
    path(DESK, hearings.hearings, name="hearings"),
    path(f"{DESK}new/", hearings.new, name="hearing_new"),
    path(f"{DESK}<int:pk>/", hearings.hearing, name="hearing"),
    path(f"{DESK}<int:pk>/edit/", hearings.edit, name="hearing_edit"),
    path(f"{DESK}<int:pk>/links/", hearings.links, name="hearing_links"),
    path(f"{DESK}<int:pk>/parts/", hearings.parts, name="hearing_parts"),
    path(f"{DESK}<int:pk>/announce/", hearings.announce, name="hearing_announce"),
    path(f"{DESK}<int:pk>/extend/", hearings.extend, name="hearing_extend"),
    path(f"{DESK}<int:pk>/cancel/", hearings.cancel, name="hearing_cancel"),
    path(f"{DESK}<int:pk>/items/new/", hearings.item, name="item_new"),
    path(f"{DESK}<int:pk>/items/<int:item_pk>/", hearings.item, name="item"),
    path(f"{DESK}<int:pk>/items/<int:item_pk>/<slug:verb>/", hearings.item_step, name="item_step"),
    path(f"{DESK}<int:pk>/documents/new/", hearings.document, name="document_new"),
    path(
        f"{DESK}<int:pk>/help/<int:request_pk>/", hearing_session.help_request, name="help_request"
    ),
    path(f"{DESK}<int:pk>/session/", hearing_session.session, name="session"),
    path(f"{DESK}<int:pk>/session/door/", hearing_session.door, name="door"),
    path(f"{DESK}<int:pk>/session/<slug:verb>/", hearing_session.session_step, name="session_step"),
    path(
        f"{DESK}<int:pk>/speakers/<int:signup_pk>/<slug:verb>/",
        hearing_session.speaker_step,
        name="speaker_step",
    ),
    path(f"{DESK}<int:pk>/views/", testimonies.testimonies, name="testimonies"),
    path(f"{DESK}<int:pk>/views/new/", testimonies.enter, name="testimony_new"),
    path(f"{DESK}<int:pk>/views/bulk/", testimonies.bulk, name="testimonies_bulk"),
    path(f"{DESK}<int:pk>/views/group/", testimonies.group, name="testimonies_group"),
    path(f"{DESK}<int:pk>/views/<int:testimony_pk>/", testimonies.testimony, name="testimony"),
    path(
        f"{DESK}<int:pk>/views/<int:testimony_pk>/decide/",
        testimonies.decide,
        name="testimony_decide",
    ),
    path(f"{DESK}<int:pk>/minutes/", hearing_outcomes.minutes, name="minutes"),
    path(f"{DESK}<int:pk>/answers/", hearing_outcomes.answers, name="hearing_answers"),
    path(f"{DESK}<int:pk>/summary/", hearing_outcomes.summary, name="summary_draft"),
]
