"""The phrases an approver decides with: their own, or those everybody begins with, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from tasks_inbox.models import QuickPhrases

MOST = 12
LONGEST = 200


def phrases_of(user: User) -> list[str]:
    """The person's phrases in their order; one query."""
    row = QuickPhrases.objects.filter(user=user).first()
    return list(row.phrases) if row is not None else usual()


def usual() -> list[str]:
    """What everybody begins with."""
    return [_("Agreed."), _("Keep to the budget."), _("Report every week."), _("Please give the reasons in detail.")]


def written(lines: Iterable[str]) -> list[str]:
    """One phrase a line, without empty and repeated ones."""
    return list(dict.fromkeys(text for line in lines if (text := " ".join(line.split()))))
