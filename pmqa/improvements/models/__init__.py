"""What an improvement is made of."""

from pmqa.improvements.models.improvement import DueDay, Improvement, Stage, State
from pmqa.improvements.models.measurement import Measurement
from pmqa.improvements.models.milestone import Milestone
from pmqa.improvements.models.rollout import GuidelineVersion, Receipt
from pmqa.improvements.models.service_reading import ServiceReading

__all__ = [
    "DueDay",
    "GuidelineVersion",
    "Improvement",
    "Measurement",
    "Milestone",
    "Receipt",
    "ServiceReading",
    "Stage",
    "State",
]
