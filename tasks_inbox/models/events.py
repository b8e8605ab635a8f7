"""What happened to work items, append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_inbox.models.items import WorkItem


def kinds() -> list[tuple[str, Any]]:
    """The acts by name; asked by the migrations, too, so that a new act needs none."""
    return WorkItemEvent.Kind.choices


class WorkItemEvent(models.Model):
    """Append-only history of a work item: who did what, when, and for whom.

    The database does not check what the rows refer to: they are written only beside an item that is locked.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("arrived")
        CLAIMED = "claimed", _("took the task")
        RELEASED = "released", _("gave the task back")
        TRANSFERRED = "transferred", _("transferred the task")
        COMPLETED = "completed", _("completed the task")
        CANCELLED = "cancelled", _("task was withdrawn")
        COMMENTED = "commented", _("commented")
        REMINDED = "reminded", _("reminder sent")
        ESCALATED = "escalated", _("escalated")
        RETURNED = "returned", _("sent the task back")
        CAME_BACK = "came-back", _("the task came back after rework")
        WITHDRAWN = "withdrawn", _("took the completion back")
        REJECTED = "rejected", _("rejected the request")
        SNOOZED = "snoozed", _("put the task off")
        WOKE = "woke", _("the task came back")
        FOLLOWED = "followed", _("follows the task")
        UNFOLLOWED = "unfollowed", _("no longer follows the task")
        PRIORITISED = "prioritised", _("changed the priority")
        RESCHEDULED = "rescheduled", _("changed the due date")
        DELEGATED = "delegated", _("delegated the task")
        HANDED_BACK = "handed-back", _("handed the task back")
        COPIED = "copied", _("sent the task to be read")
        READ = "read", _("read the task")
        URGED = "urged", _("urged")
        CONSULTED = "consulted", _("asked for an opinion")
        ADVISED = "advised", _("gave an opinion")
        UNASKED = "unasked", _("no longer asks for an opinion")
        LABELLED = "labelled", _("put a label on the task")
        UNLABELLED = "unlabelled", _("took a label off the task")
        ROUTED = "routed", _("went to the administrators: nobody was found")
        BLOCKED = "blocked", _("waits: nobody was found to do it")
        SKIPPED = "skipped", _("was skipped: nobody was found to do it")
        MERGED = "merged", _("counts as decided: the same person approved just before")
        HANDED_OVER = "handed-over", _("handed the task over")
        RESTORED = "restored", _("the task went back to whom it was meant for")
        ASKED_BACK = "asked-back", _("asked to hand the task back")
        KEPT = "kept", _("keeps the task")
        TAKEN_BACK = "taken-back", _("undid the completion")
        NOT_CARRIED_OUT = "not-carried-out", _("could not be completed")
        ATTACHED = "attached", _("added a file")
        SIGNER_ADDED = "signer-added", _("asked somebody to sign")
        SIGNER_REMOVED = "signer-removed", _("no longer asks to sign")

    item = models.ForeignKey(
        WorkItem, on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=16, choices=kinds)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["item", "at"], name="work_item_event_of_item"),
            BrinIndex(fields=["at"], name="work_item_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %T}"

    @property
    def key(self) -> str:
        """What tells it from every other event, also before the database has numbered it."""
        return f"{self.item_id}:{self.item.version}:{self.at:%Y%m%dT%H%M%S.%f}"
