"""Addresses of the home pages."""

from django.urls import path

from pmqa.home import views

app_name = "home"

urlpatterns = [
    path("", views.home, name="home"),
    path("bell/", views.bell, name="bell"),
    path("keys/", views.keys, name="keys"),
    path("forecast/", views.forecast, name="forecast"),
    path("segments/", views.segment_list, name="segments"),
    path("segments/<str:code>/", views.segment, name="segment"),
]
