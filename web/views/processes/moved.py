"""A move of running processes: how far it is, what became of each, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from config import clock
from web import process_words
from web.move_words import STAYED
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.batch import Shown, show
from web.views.processes.instance_acts import NoForm
from web.views.processes.moving import problem_words
from web.views.processes.reading import posted
from workflows.migrating import Problem, Reason, commands, queries
from workflows.migrating.exceptions import MigrationNotFound
from workflows.models import MigrationBatch, MigrationResult

Status = MigrationResult.Status


@require_GET
@signed_in
def move(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A move and what became of each process."""
    user = reader(request)
    batch = queries.migration(user, batch_id)
    counts = {name: number for name, number in asdict(queries.progress(batch)).items() if name != "total"}
    facts: list[dict[str, Any]] = [
        {"label": _("Started by"), "value": batch.created_by.display_name if batch.created_by else _("the system")},
        {"label": _("Reason"), "value": batch.reason or None},
    ]
    acts = []
    if counts["migrated"] and _is_fresh(batch):
        undo = reverse("move_undo", args=[batch.pk])
        acts.append({"label": _("Take the move back"), "url": undo, "icon": "undo-2"})
    shown = Shown(
        batch,
        move_title(batch),
        counts,
        Status,
        lambda status: queries.results(batch, status),
        lambda item: _why(batch, item),
        facts,
        acts,
        lambda item: _undo_of(batch, item),
    )
    return show(request, user, shown)


@require_http_methods(["GET", "POST"])
@signed_in
def move_undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take a whole move back, as far as it can be."""
    user = reader(request)
    batch = queries.migration(user, batch_id)

    def run(entered: dict[str, Any]) -> str:
        outcome = commands.undo_migration(actor=user, batch_id=batch.pk)
        back = sum(refusal is None for refusal in outcome.values())
        words = ngettext("%(number)s process is back.", "%(number)s processes are back.", back) % {"number": back}
        if back < len(outcome):
            stay = len(outcome) - back
            more = ngettext("%(number)s went on since and stays.", "%(number)s went on since and stay.", stay)
            return f"{words} {more % {'number': stay}}"
        return words

    words = _("Processes that have taken no step since go back to where they were, with what the move took away.")
    act = Act(_("Take the move back"), _("Take it back"), run, _page(batch), goes_there=True, explanation=words)
    return perform(request, act, NoForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def move_undo_one(request: HttpRequest, batch_id: UUID, result_id: int) -> HttpResponse:
    """Take the move of one process back."""
    user = reader(request)
    batch = queries.migration(user, batch_id)
    if not batch.results.filter(pk=result_id).exists():
        raise MigrationNotFound

    def run(entered: dict[str, Any]) -> str:
        commands.undo_one(actor=user, result_id=result_id)
        return _("The process is back on its version.")

    words = _("It goes back to where it was if it has taken no step since.")
    title = _("Take the move of this process back")
    act = Act(title, _("Take it back"), run, _page(batch), goes_there=True, explanation=words)
    return perform(request, act, NoForm(posted(request)))


def move_title(batch: MigrationBatch) -> str:
    """Which process, from which version to which."""
    words = _("Move “%(process)s” from version %(source)s to %(target)s")
    name = process_words.process_name(batch.target_id)
    return words % {"process": name, "source": batch.source.number, "target": batch.target.number}


def _why(batch: MigrationBatch, item: MigrationResult) -> str:
    if item.status == Status.UNDONE and item.undone_by is not None:
        return _("taken back by %(who)s") % {"who": item.undone_by.display_name}
    if item.status == Status.FAILED:
        return item.message
    if item.status != Status.LEFT:
        return ""
    old, new = (process_words.definitions.version_bundle(id) for id in (batch.source_id, batch.target_id))
    problems = [Problem(entry["element"], Reason(entry["reason"])) for entry in item.problems]
    told = [problem_words(problem, old, new) for problem in problems]
    return " ".join(told or [str(STAYED.get(item.message, item.message))])


def _undo_of(batch: MigrationBatch, item: MigrationResult) -> Mapping[str, str] | None:
    if item.status != Status.MIGRATED or not _is_fresh(batch):
        return None
    return {"label": _("Take back"), "url": reverse("move_undo_one", args=[batch.pk, item.pk]), "icon": "undo-2"}


def _is_fresh(batch: MigrationBatch) -> bool:
    end = batch.finished_at
    return end is None or clock.now() < end + commands.UNDO_WITHIN


def _page(batch: MigrationBatch) -> str:
    return reverse("move", args=[batch.pk])
