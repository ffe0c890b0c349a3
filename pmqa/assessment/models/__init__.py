"""Criteria, assessments, evidence and plans."""

from pmqa.assessment.models.answer import Answer, Tick
from pmqa.assessment.models.assessment import Assessment, State
from pmqa.assessment.models.criteria import Box, CriteriaSet, Item, Level
from pmqa.assessment.models.exhibit import Exhibit
from pmqa.assessment.models.plan import FollowUp, PlanStep

__all__ = [
    "Answer",
    "Assessment",
    "Box",
    "CriteriaSet",
    "Exhibit",
    "FollowUp",
    "Item",
    "Level",
    "PlanStep",
    "State",
    "Tick",
]
