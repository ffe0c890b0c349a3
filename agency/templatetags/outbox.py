"""What the templates of the outbox load."""

from django import template

from agency import notices
from agency.models import Notice

register = template.Library()


@register.filter
def sentence(notice: Notice) -> str:
    """Return a notice's sentence in the language of the screen."""
    return notices.title_of(notice)
