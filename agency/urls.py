"""Addresses of the ground floor."""

from django.urls import path

from agency.views import attachments, health, jobs, leave, listing, mailbox, notices, session

app_name = "agency"

urlpatterns = [
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("logged-out/", session.logged_out, name="logged_out"),
    path("password/", session.password, name="password"),
    path("leave/", leave.leave, name="leave"),
    path("language/", session.language, name="language"),
    path("theme/", session.theme, name="theme"),
    path("views/save/", listing.view_save, name="view_save"),
    path("views/<int:pk>/share/", listing.view_share, name="view_share"),
    path("views/<int:pk>/offer/", listing.view_offer, name="view_offer"),
    path("views/<int:pk>/edit/", listing.view_edit, name="view_edit"),
    path("views/<int:pk>/default/", listing.view_default, name="view_default"),
    path("views/<int:pk>/delete/", listing.view_delete, name="view_delete"),
    path("views/columns/", listing.list_columns, name="list_columns"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.mail, name="mail"),
    path("health/", health.health, name="health"),
    path("health/send-failed/", health.send_failed, name="send_failed"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
]
