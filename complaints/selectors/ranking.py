"""Which of several standards holds for a case: priority, then how much it says, then the oldest."""

from __future__ import annotations

from collections.abc import Iterable

from complaints.models import Category, Policy


def ranked(
    policies: Iterable[Policy], *, kind: str, grade: int | None, category: Category | None
) -> list[Policy]:
    """Return those that fit a kind, grade and category, the one that holds first."""
    topics = topics_of(category)
    fitting = [
        policy
        for policy in policies
        if policy.kind in {"", kind}
        and policy.grade_id in {None, grade}
        and policy.category_id in topics
    ]
    return sorted(fitting, key=fitness, reverse=True)


def topics_of(category: Category | None) -> set[int | None]:
    """Return the category, the one it is part of, and none at all."""
    return {None, category.pk, category.parent_id} if category else {None}


def fitness(policy: Policy) -> tuple[int, int, int]:
    """Rank a standard: priority, then how much it says, then the oldest."""
    said = bool(policy.kind) + bool(policy.grade_id) + bool(policy.category_id)
    return policy.priority, said, -policy.pk
