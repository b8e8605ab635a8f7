"""Move running instances over: `manage.py migrate_instances PROCESS --from N --to M [--preview] [--json]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.exceptions import WorkflowError
from workflows.migrating import carrying, commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import MigrationUnderWay
from workflows.migrating.queries import Group, Preview, Standing
from workflows.models import MigrationBatch

LEFT = 2


class Command(BaseCommand):
    help = (
        "Move the running instances of a version to another one, or show how they would move. "
        "Exit status: 0 all moved (or would), 2 some stay where they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", help="the key of the process")
        parser.add_argument("--from", dest="source", type=int, required=True, metavar="N", help="version they are on")
        parser.add_argument("--to", dest="target", type=int, required=True, metavar="M", help="version they move to")
        parser.add_argument(
            "--map", action="append", default=[], type=_pair, metavar="OLD=NEW", help="an element and its new one"
        )
        parser.add_argument("--end", action="append", default=[], metavar="ELEMENT", help="end the steps at an element")
        parser.add_argument("--preview", action="store_true", help="only show the groups")
        parser.add_argument("--reason", default="", help="why, kept in the history of each instance")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = {key: options[key] for key in ("source", "target")} | {"process_key": options["process"]}
        mapping, end = dict(options["map"]), tuple(options["end"])
        try:
            seen = queries.preview_migration(actor=None, mapping=mapping, **versions)
            choices = {group.key: Choice(end=end) for group in seen.groups} if end else {}
            if end:
                seen = queries.preview_migration(actor=None, mapping=mapping, choices=choices, **versions)
            if not options["preview"] and seen.count(Standing.SAFE):
                batch = self._carry_out(mapping, choices, options["reason"], versions)
                self._tell(batch, as_json=options["json"])
                return
        except WorkflowError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._show(seen, as_json=options["json"])
        if seen.count(Standing.SAFE) < seen.total:
            sys.exit(LEFT)

    def _carry_out(self, mapping: Any, choices: Any, reason: str, versions: dict[str, Any]) -> MigrationBatch:
        """A batch that was cut off before is finished first."""
        try:
            batch = commands.start_migration(actor=None, mapping=mapping, choices=choices, reason=reason, **versions)
        except MigrationUnderWay:
            for batch_id in carrying.unfinished():
                carrying.carry_on(batch_id)
            return self._carry_out(mapping, choices, reason, versions)
        while not carrying.carry_on(batch.pk):
            pass
        return batch

    def _tell(self, batch: MigrationBatch, *, as_json: bool) -> None:
        done = queries.progress(batch)
        stay = [
            {"instance": str(row.instance_id), "problems": row.problems, "message": row.message}
            for row in queries.results(batch)
            if row.status in {"left", "failed"}
        ]
        if as_json:
            self.stdout.write(json.dumps({"batch": str(batch.pk), **asdict(done), "stay": stay}, ensure_ascii=False))
        else:
            self.stdout.write(f"{done.migrated} moved, {done.left} left, {done.failed} failed")
            for row in stay:
                why = ", ".join(f"{problem['element']}: {problem['reason']}" for problem in row["problems"])
                self.stdout.write(f"  {row['instance']}  {why or row['message']}")
        if stay:
            sys.exit(LEFT)

    def _show(self, seen: Preview, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(preview_data(seen), ensure_ascii=False))
            return
        counts = ", ".join(f"{seen.count(standing)} {standing.value}" for standing in Standing)
        self.stdout.write(f"{seen.process_key} {seen.source} -> {seen.target}: {seen.total} running; {counts}")
        for group in seen.groups:
            self.stdout.write(f"  {group.count} {group.standing.value} [{group.key}] at {', '.join(group.open)}")
            for line in _lines(group):
                self.stdout.write(f"    {line}")


def preview_data(seen: Preview) -> dict[str, Any]:
    """A preview as JSON-ready data."""
    return {
        "process": seen.process_key,
        "from": seen.source,
        "to": seen.target,
        "total": seen.total,
        **{standing.value: seen.count(standing) for standing in Standing},
        "groups": [group_data(group) for group in seen.groups],
    }


def group_data(group: Group) -> dict[str, Any]:
    """A group as JSON-ready data."""
    return {
        "key": group.key,
        "standing": group.standing.value,
        "open": list(group.open),
        "count": group.count,
        "suspended": group.suspended,
        "examples": [str(pk) for pk in group.examples],
        "problems": [
            {"element": p.element, "reason": p.reason.value, "within": p.within, "choice": p.is_choice}
            for p in group.problems
        ],
        "remarks": [{"kind": r.kind.value, "element": r.element, "target": r.target} for r in group.remarks],
    }


def _lines(group: Group) -> Iterable[str]:
    for problem in group.problems:
        yield f"{problem.element}: {problem.reason.value}"
    for remark in group.remarks:
        yield f"{remark.element}: {remark.kind.value} {remark.target}".rstrip()


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise ArgumentTypeError(f"{text!r} is not OLD=NEW")
    return old, new
