"""Deciding on a change of a customer's level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from config import clock
from crm_core.levels.models import ChangeStatus, LevelChange
from crm_core.levels.recommendation import DECISION
from tasks_inbox import seeing
from tasks_inbox.models import WorkItem
from web import process_words
from web.approving import changes
from web.approving.checks import WARN, check, panel
from web.approving.kinds import ApprovalKind, Variables
from web.approving.rules import as_checks, decided_in, source_of
from web.subjects import Subject
from web.views.approvals_levels import level_change_document
from web.views.crm.words import day_words

SHOWN = frozenset({"to_level", "reason", "justification", "objection", "effective_on", "valid_until", "evidence_hash"})
"""What approvers read of a change, and so are told when it is different."""
ROUTE = ("level_approval",)
OLD_EVIDENCE = timedelta(days=31)
LATELY = timedelta(days=183)


def _fits(item: WorkItem, subject: Subject | None) -> bool:
    return subject is not None and subject.kind == LevelChange.record_kind


def _document(user: User, item: WorkItem, subject: Subject | None, variables: Variables) -> dict[str, Any]:
    assert subject is not None
    change: LevelChange = subject.record
    number = changes.number_of(change, SHOWN)
    seen = seeing.seen_before(user, item, number)
    since = changes.changed_since(user, change, seen, SHOWN)
    shown = level_change_document(user, item, subject, variables)
    shown["changes"] = [
        {"label": said.label, "old": said.old, "new": said.value, "masked": said.masked} for said in since.values()
    ] or shown["changes"]
    return shown | {
        "seen_number": number,
        "since_seen": bool(since),
        "checks": panel(_checks(user, item, change, variables)),
    }


def _checks(user: User, item: WorkItem, change: LevelChange, variables: Variables) -> Iterator[dict[str, Any]]:
    hidden = scopes.mask_for(user, LevelChange.record_kind)
    if "recommended_level" not in hidden:
        yield from _recommended(item, change)
    yield from _evidence(change, variables)
    yield from _lately(user, change)
    if change.requester_id == user.pk:
        yield check(_("You asked for this change yourself."), change.number, tone=WARN)
    elif change.requester is not None:
        names = {"name": change.requester.display_name}
        yield check(_("%(name)s asked for it, somebody else decides.") % names, change.number)
    yield from as_checks(item, decided_in(item, ROUTE))


def _recommended(item: WorkItem, change: LevelChange) -> Iterator[dict[str, Any]]:
    rule = change.recommendation_rule
    if change.recommended_level is None or rule is None:
        return
    said = process_words.rule_words(process_words.bundle_of(item), DECISION, rule)
    names = {"level": change.recommended_level, "rule": said or str(rule)}
    follows = change.recommended_level_id == change.to_level_id
    text = (
        _("The figures recommend the same level: %(rule)s.")
        if follows
        else _("The figures recommend %(level)s instead: %(rule)s.")
    )
    yield check(text % names, source_of(item, DECISION, rule), tone="ok" if follows else WARN)


def _evidence(change: LevelChange, variables: Variables) -> Iterator[dict[str, Any]]:
    if change.as_of is None:
        return
    day = {"day": day_words(change.as_of)}
    source = _("Evidence of %(number)s") % {"number": change.number}
    if variables.get("evidence_changed"):
        yield check(_("The figures changed while somebody decided."), source, tone=WARN)
    if clock.now().date() - change.as_of > OLD_EVIDENCE:
        yield check(_("The figures are of %(day)s: more than a month old.") % day, source, tone=WARN)
    else:
        yield check(_("The figures are of %(day)s.") % day, source)


def _lately(user: User, change: LevelChange) -> Iterator[dict[str, Any]]:
    """Whether the customer's level was moved before, not long ago; one query."""
    rows = LevelChange.objects.visible_to(user).filter(
        customer=change.customer_id, status=ChangeStatus.APPLIED, applied_at__gte=clock.now() - LATELY
    )
    last = rows.exclude(pk=change.pk).select_related("to_level").order_by("-created_at").first()
    source = _("Level changes of the customer")
    if last is None:
        yield check(_("The level was not changed in the last six months."), source)
        return
    names = {"number": last.number, "level": last.to_level}
    text = _("The level was changed lately: %(number)s, to %(level)s.") % names
    yield check(text, source, tone=WARN, url=reverse("level_change", args=[last.pk]))


KIND = ApprovalKind(_fits, "approvals/level_change.html", _document)
