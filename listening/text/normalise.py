"""One spelling for what people type in many ways: Thai marks, digits, repeats, emoji, laughter."""

from __future__ import annotations

import re
import unicodedata

URL, REPEAT, LAUGH, MAIL = "\ue000", "\ue001", "\ue002", "\ue003"  # private characters, one each
INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\ue000-\ue0ff\U0001f3fb-\U0001f3ff]"
)
SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")  # nikhahit, perhaps a tone, sara aa
TONE_FIRST = re.compile("([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a])")  # the vowel is written first
MARKS = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+")
MAI_YAMOK = re.compile(r"\s*ๆ(?:\s*ๆ)*")
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
REPEATED = re.compile(r"(\S)\1{2,}")
LAUGHTER = re.compile(r"(?<![\d.,/-])5{3,}\+*(?![\d.,/-])|(?:ฮ่า|ha){2,}\w?")
LINK = re.compile(r"(?:https?://|www\.)\S+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBER = re.compile(r"\d+")
SPACE = re.compile(r"[ \t\u00a0\u3000]+")
DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def spelled(text: str) -> str:
    """Return the text with one spelling of marks, digits and ๆ; a person reads it as before."""
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text)).replace("เเ", "แ")
    text = SARA_AM.sub(r"\1ำ", TONE_FIRST.sub(r"\2\1", text))
    text = MARKS.sub(r"\1", text).translate(DIGITS)
    return SPACE.sub(" ", MAI_YAMOK.sub("ๆ ", text)).strip()


def normalise(text: str) -> str:
    """Return the spelling in which texts are compared and shown in lists: letters not drawn out."""
    return DRAWN_OUT.sub(r"\1", spelled(text))


def reduced(text: str) -> str:
    """Return what a classifier reads: links, numbers, laughter and repeats as one sign each."""
    text = spelled(text).lower()
    text = ADDRESS.sub(f" {MAIL} ", LINK.sub(f" {URL} ", text))
    text = LAUGHTER.sub(f" {LAUGH} ", text)
    return NUMBER.sub("0", REPEATED.sub(rf"\1\1{REPEAT}", text))
