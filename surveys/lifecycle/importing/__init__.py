"""Importing answers from other people's tables (นำเข้าคำตอบ)."""

from surveys.lifecycle.importing.columns import Chosen, fields_of, guess
from surveys.lifecycle.importing.running import Result, import_responses

__all__ = ["Chosen", "Result", "fields_of", "guess", "import_responses"]
