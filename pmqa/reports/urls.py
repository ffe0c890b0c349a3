"""Addresses of the reports."""

from django.urls import path

from pmqa.reports import figure_pages, views

app_name = "reports"

urlpatterns = [
    path("", views.report_list, name="list"),
    path("build/", views.build, name="build"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/files/<slug:kind>/", views.download, name="file"),
    path("<int:pk>/figures/<str:indicator>/<slug:measure>/", figure_pages.figure, name="figure"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
