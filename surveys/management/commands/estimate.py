"""`manage.py estimate`: recompute a published figure from exported answers; prints JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agency.refusal import Refused
from surveys.estimation.errors import Unusable
from surveys.management.operations import estimated
from surveys.management.specification import read_sheet, read_spec


class Command(BaseCommand):
    """Computes estimates from a file by a specification."""

    help = "Print survey estimates with design-based errors as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file of answers and the specification."""
        parser.add_argument("file", help="CSV (UTF-8) or XLSX, a row per respondent")
        parser.add_argument("--spec", required=True, help="JSON; see surveys/README.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print; what cannot be computed is a sentence and exit 1."""
        try:
            spec = read_spec(Path(options["spec"]))
            rows = estimated(read_sheet(options["file"], spec=spec), spec=spec)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except Unusable as problem:
            raise CommandError(sentence(problem)) from None
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))


def sentence(problem: Unusable) -> str:
    """Return why the estimate is impossible, in the language of the reader."""
    words = {
        "weights": _("Weights must be numbers, not negative, and not all zero."),
        "design-gaps": _("A column of the design has empty cells. Fill them, or leave it out."),
        "fpc-values": _("Population sizes (fpc) must be positive numbers."),
        "fpc-varies": _("The population size (fpc) differs within a stratum."),
        "fpc-small": _("A population size (fpc) is smaller than the number of sampled units."),
        "fpc-stages": _("There are more columns of fpc than sampling stages (psu)."),
        "lonely-rule": _("Unknown rule for lonely units: “%(rule)s”."),
        "lonely": _(
            "A stratum has a single primary unit, so its variance cannot be estimated. "
            "Join strata, or set “lonely” in the design to adjust, average or certainty."
        ),
        "empty": _("There is no answer to compute from."),
        "not-binary": _("A proportion needs values between 0 and 1."),
        "level": _("The confidence level must lie between 0 and 1."),
        "method": _("The method is not known: %(method)s."),
        "shares": _("A quantile “p” must lie between 0 and 1."),
        "denominator": _("The denominator adds up to zero."),
        "two-groups": _("A difference needs at least two groups with answers."),
        "margin-totals": _("The margins must be there, and add up to one and the same total."),
        "margin-values": _("Population figures must be positive numbers."),
        "margin-sample": _("Nobody in the sample belongs to the category “%(category)s”."),
        "margin-population": _("The category “%(category)s” has no population figure."),
        "bounds": _("Bounds must be positive and enclose 1."),
        "no-convergence": _("The margins cannot be reached; widen the bounds or join categories."),
        "table": _("A test of independence needs at least two rows and two columns."),
    }
    return words.get(problem.reason, str(problem)) % problem.facts
