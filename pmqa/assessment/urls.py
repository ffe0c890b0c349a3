"""Addresses of the self-assessment."""

from django.urls import path

from pmqa.assessment.views import assessments, evidence, files, imports, items, plans

app_name = "assessment"

urlpatterns = [
    path("", assessments.assessment_list, name="list"),
    path("criteria/import/", imports.import_criteria, name="import_criteria"),
    path("start/", assessments.start, name="start"),
    path("<int:pk>/", assessments.detail, name="detail"),
    path("<int:pk>/items/<int:item_pk>/", items.item, name="item"),
    path(
        "<int:pk>/items/<int:item_pk>/evidence/<int:level>/",
        evidence.evidence_new,
        name="evidence_new",
    ),
    path(
        "<int:pk>/items/<int:item_pk>/offers/<int:level>/",
        evidence.evidence_offers,
        name="offers",
    ),
    path("<int:pk>/evidence/<int:exhibit_pk>/remove/", evidence.remove, name="evidence_remove"),
    path("<int:pk>/plan/<int:box_pk>/", plans.step, name="step"),
    path("<int:pk>/steps/<int:step_pk>/done/", plans.step_done, name="step_done"),
    path("<int:pk>/follow-ups/<int:months>/", plans.followup, name="followup"),
    path("packed/<int:job_pk>/", files.packed, name="packed"),
    path("<int:pk>/files/zip/", files.pack, name="pack"),
    path("<int:pk>/files/<slug:kind>/", files.download, name="file"),
    path("<int:pk>/<slug:verb>/", assessments.act, name="act"),
]
