"""Thai words, by the dictionary that pythainlp ships and nlpo3's newmm (longest matching)."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import nlpo3

DICTIONARY = "th"


@cache
def loaded() -> str:
    """Load the dictionary once in a process; pythainlp itself is not imported, which takes a second."""
    found = importlib.util.find_spec("pythainlp")
    if found is None or found.origin is None:
        raise RuntimeError("pythainlp is not installed; its dictionary is needed.")
    nlpo3.load_dict(str(Path(found.origin).parent / "corpus" / "words_th.txt"), DICTIONARY)
    return DICTIONARY


def words(text: str) -> list[str]:
    """Return the words of a text without the spaces between them."""
    return [word for word in nlpo3.segment(text, loaded(), safe=True) if not word.isspace()]
