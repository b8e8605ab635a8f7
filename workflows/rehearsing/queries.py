"""Rehearsing a draft with the last real instances of its process; reads only."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from bpmn.bundle import Bundle, BundleInvalid, load
from workflows import queries, records, registry
from workflows.compiling import compile_bundles
from workflows.engine import Definition
from workflows.exceptions import DeploymentRefused
from workflows.models import ArchivedInstance, ProcessInstance
from workflows.permissions import may_operate
from workflows.rehearsing.answers import RecordedAnswers
from workflows.rehearsing.recorded import Passed, Recorded, stories
from workflows.rehearsing.report import Rehearsed, Report, Result, Stall, times_of
from workflows.rehearsing.running import Run

MOST = 1_000
Instance = ProcessInstance | ArchivedInstance


def rehearse_files(*, actor: User | None, process_key: str, files: Mapping[str, bytes], last: int = 100) -> Report:
    """Rehearse the draft of a process among ``files`` (path -> content). Raises DeploymentRefused when none can run."""
    try:
        bundles = load(files)
    except BundleInvalid as invalid:
        raise DeploymentRefused(str(invalid)) from invalid
    draft = next((bundle for bundle in bundles if bundle.key == process_key), None)
    if draft is None:
        raise DeploymentRefused(f"The files have no executable process {process_key!r}.")
    return rehearse(actor=actor, draft=draft, last=last)


def rehearse(*, actor: User | None, draft: Bundle, last: int = 100) -> Report:
    """Replay the last instances (at most 1,000, archived ones too) of the draft's process; nothing is written or asked.

    Every answer comes from the record, decisions from the draft. People rehearse with instances whose records they
    may see only. Raises DeploymentRefused when the draft cannot run.
    """
    began = time.monotonic()
    definitions, findings = compile_bundles([draft], registry.host_functions())
    if findings:
        raise DeploymentRefused(", ".join(f"{finding.element}: {finding.code}" for finding in findings))
    chosen = _last(draft.key, max(0, min(last, MOST)))
    seen = visible(actor, chosen)
    by_id = {row.pk: row for row in seen}
    results, then, here = [], list[Passed](), list[Passed]()
    for story in stories(by_id):
        if not story.happened:
            row = by_id[story.instance_id]
            results.append(Result(row.pk, row.number, Rehearsed.STALLS, stall=Stall.NO_RECORD))
            continue
        result, run = _rehearse_one(definitions[draft.key], draft, story, by_id[story.instance_id], actor)
        results.append(result)
        then += story.passed
        here += run.passed
    seconds = time.monotonic() - began
    return Report(draft.key, tuple(results), times_of(then, here), len(chosen) - len(seen), seconds)


def _last(process_key: str, number: int) -> list[Instance]:
    """The instances that started last, in the tables or in the archive."""
    there = ProcessInstance.objects.filter(process_key=process_key).defer("state").order_by("-started_at", "pk")
    archived = ArchivedInstance.objects.filter(process_key=process_key).order_by("-started_at", "pk")
    rows: list[Instance] = [*there[:number], *archived[:number]]
    return sorted(rows, key=lambda row: row.started_at, reverse=True)[:number]


def visible(actor: User | None, rows: Sequence[Instance]) -> list[Instance]:
    """Those a person may rehearse with: seen by them, about a record they see, else started or operated by them."""
    if actor is None:
        return list(rows)
    asked = [row.pk for row in rows]
    known = set(queries.visible_instances(actor).filter(pk__in=asked).values_list("pk", flat=True))
    known |= set(queries.visible_archived(actor).filter(pk__in=asked).values_list("pk", flat=True))
    about: dict[str, set[str]] = {}
    for name in {row.record_kind for row in rows if row.record_kind in records.kinds()}:
        ids = [row.record_id for row in rows if row.record_kind == name]
        found: Any = records.kind(name).visible_to(actor).filter(pk__in=ids)
        about[name] = {str(pk) for pk in found.values_list("pk", flat=True)}
    operates = may_operate(actor)
    return [
        row
        for row in rows
        if row.pk in known
        and (
            row.record_id in about.get(row.record_kind, set())
            if row.record_kind
            else operates or row.started_by_id == actor.pk
        )
    ]


def _rehearse_one(
    definition: Definition, draft: Bundle, story: Recorded, row: Instance, actor: User | None
) -> tuple[Result, Run]:
    run = Run(definition, story, RecordedAnswers(story, draft.decisions))
    compared = run.compare(has_ended=row.ended_at is not None)
    hides = actor is not None and row.record_kind and records.kind(row.record_kind).mask_for(actor)
    result = Result(
        row.pk,
        row.number,
        compared.outcome,
        compared.element,
        compared.expected,
        compared.stall,
        "" if hides else compared.text,
        story.happened[-1].at - story.happened[0].at,
        run.took,
    )
    return result, run
