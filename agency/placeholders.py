"""Fields in texts that are written ahead, as `{number}`: a list of names, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from agency.refusal import Refused

FIELD = re.compile(r"\{([^{}\n]*)\}")


def names_in(text: str) -> list[str]:
    """Return the names between braces, in their order, each once."""
    return list(dict.fromkeys(name.strip() for name in FIELD.findall(text)))


def check(text: str, *, known: Collection[str]) -> None:
    """Refuse a name that nobody can fill in, and a brace without its other half."""
    unknown = [name for name in names_in(text) if name not in known]
    if unknown:
        raise Refused(
            _("There is no field {%(name)s}. These can be used: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in known)}
        )
    if re.search(r"[{}]", FIELD.sub("", text)):
        raise Refused(_("A brace stands alone. Write a field as {number}, on one line."))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in, in one pass: braces inside a value stay text; an unknown name stays as it is."""
    return FIELD.sub(lambda found: values.get(found[1].strip(), found[0]), text)
