"""The frame around every page: menu, bell, language, theme, the agency's name."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from pmqa.home.frame import Frame


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template its frame; nothing is asked of the database until a template shows it."""
    return {"frame": Frame(request, at=timezone.now())}
