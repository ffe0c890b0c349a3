"""What the results pages show of a wave: computed once for each snapshot, then kept."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from django.core.cache import cache

from surveys import estimation as est
from surveys.models import Invitation, Response, Snapshot, Wave
from surveys.selectors import analysis
from surveys.selectors.frame import Frame
from surveys.selectors.sampling import UNIT, Sampling, labels_of, margins_by_column, sampling_of

KEPT_SECONDS = 7 * 24 * 3600
FORMAT = 1  # a change of what is computed makes what was kept worthless
MOST_WAVES = 8
TEXTS_SHOWN = 200


class Results:
    """The results of one wave; every part is computed when first asked for."""

    def __init__(self, wave: Wave, snapshot: Snapshot) -> None:
        self.wave = wave
        self.snapshot = snapshot

    @cached_property
    def sampling(self) -> Sampling:
        """The answers with their design."""
        return sampling_of(self.wave, Frame(self.snapshot))

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """The columns by code."""
        return {column["code"]: column for column in self.snapshot.columns}

    @cached_property
    def stamp(self) -> str:
        """A hash of all that figures depend on besides the answers."""
        wave = self.wave
        facts = [
            *(FORMAT, wave.weighting, wave.cluster_column, wave.is_probability, wave.population),
            *(wave.smallest_cell, wave.previous_id, wave.is_same_clusters, wave.survey.bands),
            *(list(wave.strata.values_list("pk", "population")), margins_by_column(wave)),
            *(earlier.snapshot.pk for earlier in self.earlier),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:20]

    @cached_property
    def earlier(self) -> list[Results]:
        """The waves that this one is compared with, the last one first; those without answers are left out."""
        found: list[Results] = []
        wave = self.wave.previous
        seen = {self.wave.pk}
        while wave is not None and wave.pk not in seen and len(found) < MOST_WAVES - 1:
            seen.add(wave.pk)
            results = results_of(wave)
            if results:
                found.append(results)
            wave = wave.previous
        return found

    def kept(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return a part, computed or as it was kept."""
        key = f"surveys.results.{self.snapshot.pk}.{self.snapshot.sha256[:12]}.{self.stamp}.{name}"
        found = cache.get(key)
        if found is None:
            found = compute()
            cache.set(key, found, KEPT_SECONDS)
        return found

    @cached_property
    def whole(self) -> dict[str, Any]:
        """Every question, headline and drivers."""
        found: dict[str, Any] = self.kept("whole", lambda: analysis.analysis_of(self.sampling))
        return found

    @property
    def headline(self) -> dict[str, Any] | None:
        """The headline, None when there is no satisfaction question."""
        found: dict[str, Any] | None = self.whole["headline"]
        return found

    @cached_property
    def groupings(self) -> list[str]:
        """The columns by which results can be shown."""
        found: list[str] = self.kept("groupings", lambda: analysis.groupings(self.sampling))
        return found

    def by_group(self, code: str, *, by: str) -> list[dict[str, Any]]:
        """Return a scale by group."""
        found: list[dict[str, Any]] = self.kept(
            f"group.{code}.{by}", lambda: analysis.by_group(self.sampling, code, by=by)
        )
        return found

    @cached_property
    def more_likely(self) -> list[dict[str, Any]]:
        """Groups that were satisfied more or less often than the others, tested."""
        if not self.headline:
            return []
        code = self.headline["code"]
        found: list[dict[str, Any]] = self.kept(
            "more_likely", lambda: analysis.more_likely(self.sampling, code)
        )
        return found

    @cached_property
    def trend(self) -> list[dict[str, Any]]:
        """The headline of this wave and the earlier ones, the oldest first, each tested against the one before."""
        found: list[dict[str, Any]] = self.kept("trend", lambda: trend_of(self))
        return found

    @property
    def open_questions(self) -> list[str]:
        """The questions answered in words, what most people wrote to first."""
        codes = [code for code, one in self.columns.items() if one["kind"] == "text"]
        return sorted(codes, key=self.sampling.frame.text_count, reverse=True)

    def texts(self, code: str) -> list[str]:
        """Return the newest answers to an open question; none while fewer than the smallest cell answered."""
        _places, found = self.sampling.frame.texts(code)
        if len(found) < self.wave.smallest_cell:
            return []
        if self.wave.survey.is_anonymous:
            return sorted(found)[:TEXTS_SHOWN]
        return found[: -TEXTS_SHOWN - 1 : -1]


def results_of(wave: Wave) -> Results | None:
    """Return the results out of the newest snapshot, None while there is none."""
    snapshot = wave.snapshots.order_by("-number").first()
    return Results(wave, snapshot) if snapshot else None


def has_newer_answers(results: Results) -> bool:
    """Whether somebody answered since the snapshot; a changed older answer shows with the next one."""
    last = results.sampling.frame.ids[-1] if results.snapshot.row_count else 0
    newer = Response.objects.counted().filter(wave=results.wave, pk__gt=int(last))
    return newer.exists()


def trend_of(results: Results) -> list[dict[str, Any]]:
    """Return both percentages of each wave; p values are adjusted by Holm over all comparisons."""
    if not results.headline:
        return []
    code = results.headline["code"]
    chain = [one for one in reversed(results.earlier) if code in one.columns] + [results]
    found = [point_of(one, code) for one in chain]
    tests = [compared(before, after, code) for before, after in itertools.pairwise(chain)]
    adjusted = est.holm([test if test is not None else np.nan for test in tests])
    for point, p in zip(found[1:], adjusted, strict=True):
        point["p"] = float(p) if np.isfinite(p) else None
    return found


def point_of(results: Results, code: str) -> dict[str, Any]:
    """Return one wave's point of the trend."""
    figures = analysis.headline(results.sampling, code)
    wave = results.wave
    return {
        "wave": wave.pk,
        "th": wave.name_th,
        "en": wave.name_en,
        "percent": figures["percent"],
        "satisfied": figures["satisfied"],
        "p": None,
    }


def compared(before: Results, after: Results, code: str) -> float | None:
    """Return p of the change of the share of the satisfied; None where it is not tested.

    Waves in the same offices are put into one design, so that their covariance enters; others are
    independent samples (PAINS, statistical traps).
    """
    both = (before.sampling, after.sampling)
    if not all(one.is_probability for one in both):
        return None
    hits = [analysis.hits_of(one.frame.points(code)) for one in both]
    floor = after.wave.smallest_cell
    if any(np.isfinite(hit).sum() < floor for hit in hits):
        return None
    if after.wave.is_same_clusters and after.wave.previous_id == before.wave.pk:
        return same_offices(both, hits)
    first, second = (est.means(hit, design=one.design) for one, hit in zip(both, hits, strict=True))
    p = est.independent_difference(first, second).p
    return float(p) if np.isfinite(p) else None


def same_offices(both: tuple[Sampling, Sampling], hits: list[Any]) -> float | None:
    """Test two waves whose clusters are the same offices as one design of persons within offices."""
    name = both[1].wave.cluster_column or UNIT
    clusters = [labels_of(name, one.wave, one.frame) for one in both]
    labels = np.concatenate([np.array(one.labels, object)[one.codes] for one in clusters])
    design = est.survey_design(
        weights=np.concatenate([one.design.weights for one in both]),
        strata=strata_of(both),
        clusters=[labels],
        lonely="adjust",
    )
    wave = np.repeat([0, 1], [len(one.frame) for one in both])
    p = est.difference(np.concatenate(hits), wave, pair=(0, 1), design=design).p
    return float(p) if np.isfinite(p) else None


def strata_of(both: tuple[Sampling, Sampling]) -> list[Any]:
    """Return the strata of two waves together, if both have them."""
    columns = [one.columns.strata for one in both]
    if any(column is None for column in columns):
        return []
    named = [np.array(one.labels, object)[one.codes] for one in columns if one is not None]
    return [np.concatenate(named)]


# Method


def invited(wave: Wave) -> dict[str, int]:
    """Return how many were invited and how many of them answered, for the response rate."""
    asked = Invitation.objects.filter(wave=wave)
    return {
        "invited": asked.exclude(state=Invitation.State.WAITING).count(),
        "answered": asked.filter(is_spent=True).count(),
    }
