"""Lets old seals go of their heads, after proving the whole history; what they proved stays provable."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.exceptions import HistoryNotWhole, SigningKeyMissing
from workflows.sealing.dropping import drop_old_heads


class Command(BaseCommand):
    help = "Prove the history, then keep one head for every chain instead of one for each of its seals."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = drop_old_heads()
        except (HistoryNotWhole, SigningKeyMissing) as refusal:
            raise CommandError(str(refusal)) from refusal
        if made is None:
            self.stdout.write("there is nothing to drop")
        else:
            self.stdout.write(f"seal {made.number} carries on {made.count} chains")
