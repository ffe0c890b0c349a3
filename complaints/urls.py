"""Addresses of the complaints room."""

from django.urls import path

from complaints.views import (
    bulk,
    canned,
    counter,
    desk,
    figures,
    imports,
    intake,
    procedure,
    rating,
    review,
    whatif,
)

app_name = "complaints"

urlpatterns = [
    path("", counter.counter, name="counter"),
    path("privacy/", counter.privacy, name="privacy"),
    path("procedure/", procedure.procedure, name="procedure"),
    path("file/", counter.file, name="file"),
    path("file/done/", counter.filed, name="filed"),
    path("track/", counter.track, name="track"),
    path("track/<slug:number>/", counter.case, name="case"),
    path("track/<slug:number>/reply/", counter.reply, name="case_reply"),
    path("track/<slug:number>/stage2/", counter.stage2, name="case_stage2"),
    path("track/<slug:number>/withdraw/", counter.withdraw, name="case_withdraw"),
    path("track/<slug:number>/rate/", rating.case_rate, name="case_rate"),
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("track/<slug:number>/files/<int:pk>/", counter.case_file, name="case_file"),
    path("complaints/", desk.queue, name="queue"),
    path("complaints/new/", intake.new, name="new"),
    path("complaints/bulk/", bulk.bulk, name="bulk"),
    path("complaints/bulk/<int:job_pk>/", bulk.bulk_result, name="bulk_result"),
    path("complaints/bulk/<int:job_pk>/again/", bulk.bulk_again, name="bulk_again"),
    path("complaints/export/", desk.export, name="export"),
    path("complaints/export/<int:job_pk>/", desk.exported, name="exported"),
    path("complaints/imports/", imports.imports, name="imports"),
    path("complaints/imports/preview/", imports.preview, name="import_preview"),
    path("complaints/imports/<int:job_pk>/", imports.imported, name="imported"),
    path("complaints/imports/<int:job_pk>/rejected/", imports.rejected, name="import_rejected"),
    path("complaints/escalations/", review.escalations, name="escalations"),
    path("complaints/escalations/<int:pk>/<slug:verb>/", review.review, name="review"),
    path("complaints/canned/", canned.replies, name="canned"),
    path("complaints/canned/new/", canned.new, name="canned_new"),
    path("complaints/canned/<int:pk>/", canned.reply, name="canned_reply"),
    path("complaints/figures/", figures.figures, name="figures"),
    path("complaints/figures/cases/", figures.cases, name="figures_cases"),
    path("complaints/what-if/", whatif.whatif, name="whatif"),
    path("complaints/what-if/cases/", whatif.cases, name="whatif_cases"),
    path("complaints/<int:pk>/", desk.detail, name="detail"),
    path("complaints/<int:pk>/receipt/", intake.receipt, name="receipt"),
    path("complaints/<int:pk>/clocks/<int:clock_pk>/", desk.clock, name="clock"),
    path("complaints/<int:pk>/<slug:verb>/", desk.act, name="act"),
]
