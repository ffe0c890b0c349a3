"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from pmqa.home.views import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include("complaints.urls")),
    path("agency/", include("agency.urls")),
    path("home/", include("pmqa.home.urls")),
    path("reports/", include("pmqa.reports.urls")),
    path("admin/", admin.site.urls),
]
