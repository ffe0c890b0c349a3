"""Search inside unbroken Thai text: normalised text and a trigram function of our own in core PostgreSQL."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

SPACES = re.compile(r"\s+")
SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")  # nikhahit, perhaps a tone mark, aa
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


class Grams(Func):
    """`th_grams(text)`: the distinct three-character pieces of each run of letters and digits."""

    function = "th_grams"
    output_field = ArrayField(TextField())


def normalise(text: str) -> str:
    """Return text as it is indexed and searched: NFC, one case, ำ composed, เเ as แ, Arabic digits."""
    text = unicodedata.normalize("NFC", text).casefold()
    text = SARA_AM.sub("\\1\u0e33", text).replace("\u0e40\u0e40", "\u0e41")
    return SPACES.sub(" ", text.translate(THAI_DIGITS)).strip()
