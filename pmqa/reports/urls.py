"""Addresses of the reports."""

from django.urls import path

from pmqa.reports.views import figures, indicators, points, reports, results

app_name = "reports"

urlpatterns = [
    path("", reports.report_list, name="list"),
    path("build/", reports.build, name="build"),
    path("summaries/", indicators.summary, name="summary"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/<str:code>/", indicators.indicator, name="indicator"),
    path("results/", results.results, name="results"),
    path("results/enter/", results.enter, name="result_enter"),
    path("<int:pk>/", reports.detail, name="detail"),
    path("<int:pk>/difference/<int:other_pk>/", reports.difference, name="difference"),
    path("<int:pk>/files/<slug:kind>/", reports.download, name="file"),
    path("<int:pk>/figures/<str:indicator>/<slug:measure>/", figures.figure, name="figure"),
    path("<int:pk>/points/", points.points, name="points"),
    path("<int:pk>/points/add/<slug:kind>/", points.add, name="point_add"),
    path("points/<int:point_pk>/<slug:step>/", points.act, name="point"),
    path("<int:pk>/<slug:verb>/", reports.act, name="act"),
]
