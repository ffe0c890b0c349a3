"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    """Listening."""

    name = "listening"
    verbose_name = _("Listening")

    def ready(self) -> None:
        """Say how notices, letters and verbs read, and where a voice's page is."""
        from agency import signposts  # noqa: PLC0415  models are ready only now
        from listening.lifecycle import erasing, hearing_words, words  # noqa: PLC0415

        words.register()
        hearing_words.register()
        erasing.register()
        signposts.register("voice", "listening:voice")
        signposts.register("insight", "listening:insight")
        signposts.register("occasion", "listening:occasion")
