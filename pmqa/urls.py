"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from pmqa.home import installed
from pmqa.home.views import health
from pmqa.reports.views.figures import trace

urlpatterns = [
    path("healthz", health, name="health"),
    path("app.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline/<slug:language>/", installed.offline, name="offline"),
    path("kiosk/", installed.kiosk, name="kiosk"),
    path("", include("complaints.urls")),
    path("", include("surveys.urls")),
    path("", include("listening.urls")),
    path("agency/", include("agency.urls")),
    path("home/", include("pmqa.home.urls")),
    path("", include("pmqa.improvements.urls")),
    path("r/", trace, name="trace"),
    path("r/<str:code>/", trace, name="trace_code"),
    path("reports/", include("pmqa.reports.urls")),
    path("alerts/", include("pmqa.alerts.urls")),
    path("assessment/", include("pmqa.assessment.urls")),
    path("admin/", admin.site.urls),
]
