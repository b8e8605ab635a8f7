"""Erases the personal data of a customer, a contact or a former employee everywhere; without --yes it only tells."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from crm_core.exceptions import CrmRefusal
from workflows.erasing import commands
from workflows.exceptions import WorkflowError


class Command(BaseCommand):
    help = "Erase a person: customer NUMBER, contact ID, employee USERNAME. A dry run unless --yes is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=["customer", "contact", "employee"])
        parser.add_argument("number", help="a customer's number or id, a contact's id, a username")
        parser.add_argument("--yes", action="store_true", help="do it; what was erased cannot be brought back")
        parser.add_argument("--reason", default="", help="why, as the history will say; needed with --yes")
        parser.add_argument("--force", action="store_true", help="also while open processes need the person")
        parser.add_argument("--by", default="", help="username of who orders it")

    def handle(self, *args: Any, kind: str, number: str, yes: bool, force: bool, **options: Any) -> None:
        try:
            person = commands.find_person(kind, number)
            if not yes:
                self._tell(commands.planned(person))
                return
            if not options["reason"].strip():
                raise CommandError("say why with --reason")
            actor = _actor(options["by"])
            done = commands.erase_person(actor=actor, person=person, reason=options["reason"], force=force)
        except (CrmRefusal, WorkflowError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._sums("erased", done.counts)

    def _tell(self, planned: commands.Erasure) -> None:
        for instance in planned.needed_by:
            self.stdout.write(f"needed by {instance.process_key} {instance.number} ({instance.pk}), {instance.status}")
        self._sums("would change", planned.counts)

    def _sums(self, words: str, counts: Counter[str]) -> None:
        for area, count in sorted(counts.items()):
            if count:
                self.stdout.write(f"{area}: {count}")
        self.stdout.write(f"{sum(counts.values())} {words}")


def _actor(username: str) -> User | None:
    if not username:
        return None
    found = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError(f"there is no user {username!r}")
    return found
