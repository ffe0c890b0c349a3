"""Home pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The home page of each role."""

    name = "pmqa.home"
    label = "home"
    verbose_name = _("Home")
