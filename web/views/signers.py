"""What a task says about its signers and its vote, and the menu's entry that adds one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from bpmn.votes import Rule, Tally, Terms
from tasks_inbox import signing, voting
from tasks_inbox.models import Signer, WorkItem
from tasks_inbox.standing import Standing, holds, is_delegate
from web import process_words
from web.views.task_menu import MenuEntry

TONES = {"signed": "success", "asked": "accent", "later": "", "closed": "", "removed": ""}


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Adding a signer, by whoever has the task."""
    if (may.may_complete or item.awaits) and item.held_by_id is None and _may_add(user, item):
        yield MenuEntry(_("Add signer"), "user-plus", reverse("task_sign", args=[item.pk]))


def signers_of(user: User, item: WorkItem) -> dict[str, Any]:
    """What the head of a task says about its signers and its vote; empty where there are none."""
    shown: dict[str, Any] = {}
    asked = signing.asked_at(item)
    if asked:
        removable = signing.may_remove_any(user, asked, item, holds=holds(user, item))
        shown["signers"] = [_row(each, removable) for each in asked if each.state != "removed"]
    if item.signing:
        shown["signs_for"] = next((each.signer for each in asked if each.signer.step == item.step), None)
    poll = voting.poll_of(item)
    if poll is not None:
        shown["poll"] = _poll(poll)
    return shown


def _may_add(user: User, item: WorkItem) -> bool:
    return item.is_open and holds(user, item) and not is_delegate(user, item) and bool(signing.places(item))


def dialog_of(item: WorkItem) -> dict[str, Any]:
    """What the dialog offers: the places the model allows, each in plain words."""
    words = {
        Signer.Where.BEFORE: (_("Before me"), _("I wait for their answer and then decide.")),
        Signer.Where.BESIDE: (_("At the same time"), _("We both answer; the task goes on when both have.")),
        Signer.Where.AFTER: (_("After me"), _("They are asked when I have answered; the task goes on after them.")),
    }
    offered = signing.places(item)
    advisory = signing.is_advisory(signing.activity_of(item))
    places = [
        {"value": where.value, "label": label, "help": text}
        for where, (label, text) in words.items()
        if where in offered
    ]
    return {"item": item, "name": process_words.task_name(item), "places": places, "advisory": advisory}


def _row(asked: signing.Asked, removable: set[str]) -> dict[str, Any]:
    signer = asked.signer
    return {
        "id": signer.pk,
        "person": signer.person,
        "where": signer.get_where_display(),
        "state": _state(asked),
        "tone": _tone(asked),
        "comment": asked.comment,
        "note": signer.note,
        "added_by": signer.added_by,
        "removable": str(signer.pk) in removable,
    }


def _state(asked: signing.Asked) -> str:
    if asked.state == "signed":
        return {"approve": pgettext("signer", "approved"), "reject": pgettext("signer", "rejected")}.get(
            asked.outcome, pgettext("signer", "answered")
        )
    return {
        "asked": pgettext("signer", "asked"),
        "later": pgettext("signer", "is asked later"),
        "closed": pgettext("signer", "not needed any more"),
    }[asked.state]


def _tone(asked: signing.Asked) -> str:
    return "danger" if asked.state == "signed" and asked.outcome == "reject" else TONES[asked.state]


def _poll(poll: voting.Poll) -> dict[str, Any]:
    tally = poll.tally
    return {
        "voted": _("%(voted)d of %(of)d have voted") % {"voted": poll.voted, "of": tally.of},
        "rule": rule_words(poll.terms),
        "counts": [] if poll.secret else _counts(tally),
        "ballots": [_ballot(item) for item in poll.ballots],
        "secret": poll.secret,
        "result": {"approve": pgettext("signer", "approved"), "reject": pgettext("signer", "rejected")}.get(
            tally.result or "", ""
        ),
    }


def _counts(tally: Tally) -> list[str]:
    return [
        ngettext("%(count)d approves", "%(count)d approve", tally.approve) % {"count": tally.approve},
        ngettext("%(count)d rejects", "%(count)d reject", tally.reject) % {"count": tally.reject},
        ngettext("%(count)d abstains", "%(count)d abstain", tally.abstain) % {"count": tally.abstain},
    ]


def _ballot(item: WorkItem) -> dict[str, Any]:
    cast = not item.is_open
    said = {"approve": pgettext("signer", "approved"), "reject": pgettext("signer", "rejected")}.get(
        item.outcome, pgettext("signer", "answered")
    )
    return {"person": item.ended_by if cast else item.assignee, "said": said if cast else "", "outcome": item.outcome}


def rule_words(terms: Terms) -> str:
    """The rule of a vote in plain words."""
    match terms.rule:
        case Rule.ALL:
            words = _("everybody has to approve")
        case Rule.ANY:
            words = _("one approval is enough")
        case Rule.MAJORITY:
            words = _("more than half have to approve")
        case Rule.RATIO:
            words = _("%(share)s have to approve") % {"share": terms.ratio}
    more = []
    if terms.weights:
        more.append(_("votes weigh differently"))
    if terms.veto:
        more.append(_("some have a veto"))
    if terms.quorum:
        more.append(
            ngettext("at least %(count)d vote", "at least %(count)d votes", terms.quorum) % {"count": terms.quorum}
        )
    return "; ".join([words, *more])
