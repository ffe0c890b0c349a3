"""The verbs of a self-assessment: begin, write, evidence, submit, judge, close, plan, follow up."""

from agency.refusal import Refused
from pmqa.assessment.lifecycle.criteria import criteria_of, seed
from pmqa.assessment.lifecycle.evidence import add_file, attach_offer, remove
from pmqa.assessment.lifecycle.judging import close, judge, send_back, tick
from pmqa.assessment.lifecycle.writing import Entry, Outdated, start, submit, write

__all__ = [
    "Entry",
    "Outdated",
    "Refused",
    "add_file",
    "attach_offer",
    "close",
    "criteria_of",
    "judge",
    "remove",
    "seed",
    "send_back",
    "start",
    "submit",
    "tick",
    "write",
]
