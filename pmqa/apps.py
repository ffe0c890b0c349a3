"""The top floor as a Django app: commands that serve the whole house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from pmqa.celery import app as celery_app

__all__ = ["PmqaConfig", "celery_app"]  # the application exists wherever Django does


class PmqaConfig(AppConfig):
    """The portal."""

    name = "pmqa"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Give the scheduled work its words."""
        from agency import health  # noqa: PLC0415  models exist from here on
        from pmqa.schedule import WORDS  # noqa: PLC0415

        health.WORDS.update(WORDS)
