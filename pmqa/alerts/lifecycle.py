"""The verbs of alerts: keep a rule, silence it, fire, acknowledge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agency import audit, notices
from agency.models import Notice, Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from pmqa.alerts import selectors
from pmqa.alerts.checks import fits
from pmqa.alerts.models import Alert, AlertRule
from pmqa.alerts.permissions import can_acknowledge, can_keep_rules
from pmqa.alerts.selectors import Hit
from pmqa.indicators.registry import BY_ID

NAMES = ("measure", "check_kind", "limit", "is_sure", "watches_running_month", "roles", "is_active")
LIMITED = (AlertRule.Check.BELOW, AlertRule.Check.ABOVE)


@transaction.atomic
def make_rule(
    *, unit: Unit, people: Iterable[Staff], by: Staff, at: datetime, **facts: Any
) -> AlertRule:
    """Watch an indicator of a unit (ตั้งกฎการเตือน)."""
    check_right(by, unit)
    people = list(people)
    check_facts(unit, people=people, **facts)
    rule = AlertRule.objects.create(unit=unit, made_by=by, made_at=at, **plain(facts))
    rule.people.set(people)
    audit.record(rule, "alert_rule_made", by=by, at=at)
    return rule


@transaction.atomic
def change_rule(
    rule: AlertRule,
    *,
    version: int,
    people: Iterable[Staff],
    by: Staff,
    at: datetime,
    **facts: Any,
) -> AlertRule:
    """Change a rule (แก้ไขกฎการเตือน); what fired before stays as it was."""
    rule = held(rule, version=version)
    check_right(by, rule.unit)
    people = list(people)
    check_facts(rule.unit, people=people, **facts)
    for name, value in plain(facts).items():
        setattr(rule, name, value)
    rule.version += 1
    rule.save(update_fields=[*NAMES, "version"])
    rule.people.set(people)
    audit.record(rule, "alert_rule_changed", by=by, at=at)
    return rule


@transaction.atomic
def mute(rule: AlertRule, *, until: datetime, reason: str, by: Staff, at: datetime) -> AlertRule:
    """Let a rule be silent until an instant, with the reason (พักการเตือน)."""
    rule = held(rule)
    check_right(by, rule.unit)
    if until <= at:
        raise Refused(_("Choose a day that is still to come."))
    if not reason.strip():
        raise Refused(_("Say why the rule is silenced."))
    rule.muted_until = until
    rule.save(update_fields=["muted_until"])
    audit.record(rule, "alert_rule_muted", by=by, at=at, reason=reason.strip())
    return rule


@transaction.atomic
def unmute(rule: AlertRule, *, by: Staff, at: datetime) -> AlertRule:
    """Let a silenced rule speak again (เลิกพักการเตือน)."""
    rule = held(rule)
    check_right(by, rule.unit)
    if not rule.is_muted(at):
        raise Refused(_("The rule is not silenced."))
    rule.muted_until = None
    rule.save(update_fields=["muted_until"])
    audit.record(rule, "alert_rule_unmuted", by=by, at=at)
    return rule


@transaction.atomic
def acknowledge(alert: Alert, *, note: str, by: Staff, at: datetime) -> Alert:
    """Say that an alert was seen and what was done about it (รับทราบ)."""
    alerts = Alert.objects.select_for_update(of=("self",)).select_related("rule__unit")
    alert = alerts.get(pk=alert.pk)
    if not can_acknowledge(by, alert):
        raise Refused(_("Only who is named by the rule or keeps it acknowledges the alert."))
    if alert.acknowledged_at:
        raise Refused(_("The alert is acknowledged already."))
    if not note.strip():
        raise Refused(_("Write what was done."))
    alert.acknowledged_by, alert.acknowledged_at, alert.note = by, at, note.strip()
    alert.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    audit.record(alert, "alert_acknowledged", by=by, at=at)
    return alert


# Firing


def evaluate(*, at: datetime) -> int:
    """Try every rule in use; returns how many alerts were fired. Twice at once fires each once."""
    rules = AlertRule.objects.filter(is_active=True).filter(
        Q(muted_until=None) | Q(muted_until__lte=at)
    )
    return sum(evaluate_rule(pk, at=at) for pk in rules.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def evaluate_rule(pk: int, *, at: datetime) -> int:
    """Try one rule; a month in which it fired already is left as it stands."""
    rule = AlertRule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    if not rule.is_active or rule.is_muted(at) or rule.indicator is None:
        return 0
    known = set(rule.alerts.values_list("month_on", flat=True))
    fresh = [hit for hit in selectors.hits_of(rule, at=at) if hit.month not in known]
    for hit in fresh:
        fire(rule, hit, at=at)
    return len(fresh)


def fire(rule: AlertRule, hit: Hit, *, at: datetime) -> Alert:
    """Keep what was found and tell the people of the rule, each once."""
    alert = Alert.objects.create(
        rule=rule,
        month_on=hit.month,
        is_running=hit.is_running,
        facts=hit.finding.as_data(),
        fired_at=at,
    )
    audit.record(alert, "alert_fired", by=None, at=at, rule=rule.pk)
    drafts = [
        NoticeDraft(
            subject=alert,
            kind="alerts.fired",
            to=person,
            key=f"alerts.fired:{alert.pk}",
            url=alert.get_absolute_url(),
            data={"indicator": rule.indicator.id},
        )
        for person in told_people(rule)
    ]
    notices.enqueue_many(drafts, at=at)
    return alert


def told_people(rule: AlertRule) -> list[Staff]:
    """Return whom a rule tells: those named, and those of the unit with one of its roles; each once."""
    named = Q(pk__in=rule.people.values("pk"))
    by_role = Q(unit=rule.unit_id, roles__overlap=rule.roles) if rule.roles else Q(pk__in=[])
    return list(Staff.objects.filter(named | by_role, is_active=True).order_by("pk"))


def unanswered_still(rows: list[Notice]) -> set[int]:
    """Keep a notice only while nobody has acknowledged its alert."""
    open_ones = Alert.objects.unanswered().filter(pk__in={row.object_id for row in rows})
    wanted = set(open_ones.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in wanted}


def fired_title(facts: dict[str, Any]) -> str:
    """Word the notice of an alert."""
    indicator = BY_ID.get(facts["indicator"])
    name = indicator.name if indicator else ""
    return _("Indicator %(id)s %(name)s asks for attention") % {
        "id": facts["indicator"],
        "name": name,
    }


def register() -> None:
    """Make the outbox know the sentence; called once, when the app is ready."""
    notices.register("alerts.fired", title=fired_title, still_stands=unanswered_still)


# What the verbs share


def held(rule: AlertRule, *, version: int | None = None) -> AlertRule:
    """Lock a rule, and check that it is the one that the person saw."""
    rules = AlertRule.objects.select_for_update(of=("self",)).select_related("unit")
    rule = rules.get(pk=rule.pk)
    if version is not None and rule.version != version:
        raise Refused(_("Somebody changed the rule meanwhile. Look at it and save again."))
    return rule


def check_right(by: Staff, unit: Unit) -> None:
    """Refuse who may not keep rules."""
    if not can_keep_rules(by, unit):
        raise Refused(_("Only a supervisor or an executive of the unit keeps its alert rules."))


def check_facts(
    unit: Unit,
    *,
    measure: str,
    check_kind: str,
    limit: Decimal | None = None,
    people: Sequence[Staff] = (),
    roles: Sequence[str] = (),
    **_others: Any,
) -> None:
    """Refuse a rule that could never fire or would tell nobody."""
    draft = AlertRule(measure=measure, check_kind=check_kind)
    if not fits(check_kind, draft.definition):
        raise Refused(_("This check needs a number of cases or a share. Choose another one."))
    if check_kind in LIMITED and limit is None:
        raise Refused(_("Give the limit."))
    if not people and not roles:
        raise Refused(_("Name somebody, or a role of the unit."))
    if any(
        not person.unit.path.startswith(unit.path) and not unit.path.startswith(person.unit.path)
        for person in people
    ):
        raise Refused(_("Name people of the unit, below it or above it."))


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a rule; a check without a limit has none."""
    told = {name: facts[name] for name in NAMES if name in facts}
    if told["check_kind"] not in LIMITED:
        told["limit"], told["is_sure"] = None, False
    return told
