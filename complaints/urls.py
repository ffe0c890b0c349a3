"""Addresses of the complaints room."""

from django.urls import path

from complaints.views import desk, intake, review

app_name = "complaints"

urlpatterns = [
    path("complaints/", desk.queue, name="queue"),
    path("complaints/new/", intake.new, name="new"),
    path("complaints/bulk/", desk.bulk, name="bulk"),
    path("complaints/export/", desk.export, name="export"),
    path("complaints/export/<int:job_pk>/", desk.exported, name="exported"),
    path("complaints/escalations/", review.escalations, name="escalations"),
    path("complaints/escalations/<int:pk>/<slug:verb>/", review.review, name="review"),
    path("complaints/<int:pk>/", desk.detail, name="detail"),
    path("complaints/<int:pk>/receipt/", intake.receipt, name="receipt"),
    path("complaints/<int:pk>/clocks/<int:clock_pk>/", desk.clock, name="clock"),
    path("complaints/<int:pk>/<slug:verb>/", desk.act, name="act"),
]
