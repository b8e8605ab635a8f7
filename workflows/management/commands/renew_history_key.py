"""Puts the key that signs the history away and makes a new one; old seals stay checkable."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.exceptions import SigningKeyMissing
from workflows.sealing import keys


class Command(BaseCommand):
    help = "Make a new key to sign the history with; the old one is kept beside it under its id."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(f"the history is now signed with key {keys.renew()}")
        except SigningKeyMissing as missing:
            raise CommandError(str(missing)) from missing
