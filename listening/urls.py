"""Addresses of the listening room."""

from django.urls import path

from listening.views import inbox, occasions, registers

app_name = "listening"


def register(name: str) -> dict[str, str]:
    """Say which register a page is of."""
    return {"register": name}


urlpatterns = [
    path("voices/", inbox.inbox, name="inbox"),
    path("voices/new/", inbox.new, name="new"),
    path("voices/bulk/", inbox.bulk, name="bulk"),
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
]
