"""Brings archived processes back into the hot tables."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from workflows.archiving import commands
from workflows.exceptions import ArchiveDamaged, InstanceNotFound
from workflows.models import ArchiveSegment


class Command(BaseCommand):
    help = "Restore all families of a segment (its id or file name), or the family of one archived instance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", help="a segment's id or file name, or an instance's id")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            self.stdout.write(_restore(what))
        except InstanceNotFound:
            raise CommandError(f"{what!r} is not in the archive") from None
        except ArchiveDamaged as damage:
            raise CommandError(str(damage)) from damage


def _restore(what: str) -> str:
    segment = ArchiveSegment.objects.filter(file=what).first()
    if segment is None:
        try:
            id = UUID(what)
        except ValueError:
            raise InstanceNotFound from None
        segment = ArchiveSegment.objects.filter(pk=id).first()
        if segment is None:
            return f"process {commands.restore_family(actor=None, instance_id=id).process_key} {id} restored"
    return f"{commands.restore_segment(actor=None, segment_id=segment.pk)} families restored"
