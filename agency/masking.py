"""What is shown of a person whose identity is masked (ปกปิดตัวตน): enough to tell two apart, too little to find one."""

from __future__ import annotations

import re

from agency.thai import only_digits

HIDDEN = "***"
TITLE = re.compile(
    r"^(นางสาว|นาง|นาย|น\.ส\.|เด็กชาย|เด็กหญิง|ด\.ช\.|ด\.ญ\.|ดร\.|Mrs\.?|Mr\.?|Miss|Ms\.?|Dr\.?)\s*(?=\S)",
    re.IGNORECASE,
)

LONG_NUMBER = re.compile(r"(?:[0-9๐-๙][ .-]?){8,}[0-9๐-๙]")  # phones, national ids, accounts
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mask_name(name: str) -> str:
    """Return the title and the first letter: นาง ส***."""
    name = name.strip()
    match = TITLE.match(name)
    title, rest = (f"{match[1]} ", name[match.end() :]) if match else ("", name)
    return f"{title}{rest[0]}{HIDDEN}" if rest else ""


def mask_national_id(digits: str) -> str:
    """Return the first and the last digit: 1-xxxx-xxxxx-xx-3."""
    return f"{digits[0]}-xxxx-xxxxx-xx-{digits[-1]}" if digits else ""


def mask_phone(number: str) -> str:
    """Return the last two digits: xxxxxxxx78."""
    digits = only_digits(number)
    return "x" * (len(digits) - 2) + digits[-2:]


def mask_email(address: str) -> str:
    """Return the first letter; the domain may be the person's own: s***@***."""
    return f"{address[0]}{HIDDEN}@{HIDDEN}" if address else ""


def mask_address(address: str) -> str:
    """Return only that there is one."""
    return HIDDEN if address else ""


def mask_text(text: str) -> str:
    """Return a text of one's own words without e-mail addresses and numbers of nine digits and more.

    Names stay: they cannot be told from other words by a pattern.
    """
    return LONG_NUMBER.sub(HIDDEN, ADDRESS.sub(HIDDEN, text))
