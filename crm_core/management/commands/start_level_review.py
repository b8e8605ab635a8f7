"""Start the level review by hand: `manage.py start_level_review --as-of DATE [--branch CODE]`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import OrgUnit
from bpmn.exceptions import ProcessNotDeployed
from crm_core.levels.commands import start_level_review


class Command(BaseCommand):
    help = "Review the customers' levels on the figures of the twelve months up to a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="default: today")
        parser.add_argument("--branch", default=None, metavar="CODE", help="default: all branches")

    def handle(self, *args: Any, **options: Any) -> None:
        branch: str | None = options["branch"]
        if branch and not OrgUnit.objects.filter(code=branch).exists():
            raise CommandError(f"There is no unit {branch}.")
        try:
            review = start_level_review(actor=None, as_of=options["as_of"], branch=branch)
        except ProcessNotDeployed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Level review {review.number or review.pk} started.")
