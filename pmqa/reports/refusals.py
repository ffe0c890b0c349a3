"""Telling a refusal to who typed a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from agency.refusal import Refused


@contextmanager
def as_command_error() -> Iterator[None]:
    """Let a command end with the sentence of a refusal and exit code 1."""
    try:
        yield
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
