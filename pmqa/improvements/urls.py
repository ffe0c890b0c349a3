"""Addresses of the improvements."""

from django.urls import path

from pmqa.improvements.views import gallery, improvements, rollout, steps

app_name = "improvements"

urlpatterns = [
    path("improvements/", improvements.board, name="list"),
    path("improvements/all/", improvements.rows, name="rows"),
    path("improvements/new/", improvements.new, name="new"),
    path("improvements/new/cause/<int:pk>/", improvements.new_of_cause, name="new_of_cause"),
    path("improvements/new/wave/<int:pk>/", improvements.new_of_wave, name="new_of_wave"),
    path("improvements/<int:pk>/", improvements.detail, name="detail"),
    path("improvements/<int:pk>/edit/", improvements.edit, name="edit"),
    path("improvements/<int:pk>/<slug:verb>/", steps.act, name="act"),
    path(
        "improvements/<int:pk>/milestones/<int:milestone_pk>/<slug:verb>/",
        steps.milestone,
        name="milestone",
    ),
    path("guidelines/", rollout.guidelines, name="guidelines"),
    path("guidelines/<int:pk>/", rollout.guideline, name="guideline"),
    path("guidelines/<int:pk>/acknowledge/", rollout.acknowledge, name="acknowledge"),
    path("improvements/<int:pk>/roll-out/map/", rollout.coverage, name="coverage"),
    path("innovations/", gallery.gallery, name="gallery"),
    path("innovations/<int:pk>/", gallery.innovation, name="innovation"),
]
