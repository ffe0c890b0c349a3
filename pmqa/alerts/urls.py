"""Addresses of the alerts."""

from django.urls import path

from pmqa.alerts import views

app_name = "alerts"

urlpatterns = [
    path("", views.alert_list, name="list"),
    path("<int:pk>/", views.alert, name="alert"),
    path("rules/", views.rule_list, name="rules"),
    path("rules/new/", views.new_rule, name="rule_new"),
    path("rules/<int:pk>/", views.rule, name="rule"),
    path("rules/<int:pk>/change/", views.change_rule, name="rule_change"),
    path("rules/<int:pk>/mute/", views.mute_rule, name="rule_mute"),
    path("rules/<int:pk>/unmute/", views.unmute_rule, name="rule_unmute"),
]
