"""The verbs of a self-assessment: begin, write, evidence, submit, judge, close, plan, follow up."""

from agency.refusal import Refused
from pmqa.assessment.lifecycle.criteria import criteria_of, seed
from pmqa.assessment.lifecycle.evidence import add_file, attach_offer, remove
from pmqa.assessment.lifecycle.importing import Faulty, import_criteria
from pmqa.assessment.lifecycle.judging import close, judge, send_back, tick
from pmqa.assessment.lifecycle.planning import carry_out, plan, remind, tell
from pmqa.assessment.lifecycle.writing import Entry, Outdated, start, submit, write

__all__ = [
    "Entry",
    "Faulty",
    "Outdated",
    "Refused",
    "add_file",
    "attach_offer",
    "carry_out",
    "close",
    "criteria_of",
    "import_criteria",
    "judge",
    "plan",
    "remind",
    "remove",
    "seed",
    "send_back",
    "start",
    "submit",
    "tell",
    "tick",
    "write",
]
