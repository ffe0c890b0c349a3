"""What an improvement is made of."""

from pmqa.improvements.models.improvement import DueDay, Improvement, Stage, State
from pmqa.improvements.models.measurement import Measurement
from pmqa.improvements.models.milestone import Milestone

__all__ = ["DueDay", "Improvement", "Measurement", "Milestone", "Stage", "State"]
