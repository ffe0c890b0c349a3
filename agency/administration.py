"""Django's admin as this portal uses it."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The admin with the portal's own log-in and its rule of who may enter."""

    default_site = "agency.admin_site.PortalAdminSite"
