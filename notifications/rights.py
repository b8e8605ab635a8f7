"""When somebody's rights change, their open screens look everything up again."""

from __future__ import annotations

from accounts.changes import Change, ChangeKind
from tasks_inbox.audiences import user_group
from workflows.nudge import nudge

EVERYONE = "everyone"


def tell_screens(change: Change) -> None:
    """Send the open screens of the people concerned (None: of everybody) to look at their rights again."""
    if change.kind in {ChangeKind.PROFILE, ChangeKind.CALENDAR, ChangeKind.LOGINS}:
        return
    groups = [EVERYONE] if change.users is None else [user_group(user) for user in change.users]
    nudge(groups, {"type": "rights.changed"})
