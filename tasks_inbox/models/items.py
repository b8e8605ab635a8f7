"""What people have to do: work items, and to whom they are offered."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workflows.models import ProcessInstance

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Work items with their surroundings."""

    def in_context(self) -> WorkItemQuerySet:
        """With holder, unit and process loaded, but not the process's state, which no list needs."""
        loaded = self.select_related("assignee", "on_behalf_of", "delegated_by", "held_by", "instance", "org_unit")
        return loaded.defer("instance__state")


class WorkItem(models.Model):
    """One human step of a running process, shown to people as a task.

    ``assignee`` set means taken; otherwise everybody named by a candidate row may take it. ``due_at`` is an aware
    moment. ``version`` grows with every change, so that a screen knows whether what it shows is stale.
    ``on_behalf_of`` is the absent person whose substitute the ``assignee`` is, where the item is theirs only for that;
    of a completed item, for whom ``ended_by`` did it.

    ``held_by`` has completed it and may still take that back (`HeldAct`); it is open, but nobody may act on it.
    While it is delegated, ``assignee`` is the delegate and ``delegated_by`` the owner to whom it comes back.
    ``watched``, ``copied`` and ``consulted`` say that there may be rows of those who follow it, who were sent it to
    read and who were asked for their opinion: nobody looks for them where there never were any.

    ``part_of`` is the key of the step an item belongs to: of one of several votes the repeated activity, of an added
    signer (``signing`` says when they are asked) the step they sign. ``awaits``: so many sign before, and until they
    have, the item cannot be completed. ``has_signers`` says that there may be rows of people who were added.

    The database does not check who holds or ended an item, nor to whom it is offered: nobody is ever deleted, and each
    check would lock the person's row for everybody else who acts for them.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="work_items", db_index=False)
    step = models.CharField(max_length=64)
    element = models.CharField(max_length=255)
    loop = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=255, blank=True)
    process_key = models.CharField(max_length=255)
    record_kind = models.CharField(max_length=64, blank=True)
    record_id = models.CharField(max_length=64, blank=True)
    record_number = models.CharField(max_length=64, blank=True)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("unit"),
    )
    form = models.CharField(max_length=255, blank=True)
    headers = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_items",
        db_index=False,
        db_constraint=False,
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    priority = models.PositiveSmallIntegerField(default=50)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    follow_up_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="finished_work_items",
        db_index=False,
        db_constraint=False,
    )
    outcome = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(default=dict)
    delegated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    watched = models.BooleanField(default=False, db_default=False)
    copied = models.BooleanField(default=False, db_default=False)
    consulted = models.BooleanField(default=False, db_default=False)
    part_of = models.CharField(max_length=64, blank=True, default="", db_default="")
    signing = models.CharField(max_length=8, blank=True, default="", db_default="")
    awaits = models.PositiveSmallIntegerField(default=0, db_default=0)
    has_signers = models.BooleanField(default=False, db_default=False)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    reminded_percent = models.PositiveSmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = WorkItemQuerySet.as_manager()
    accepted_at: datetime | None = None
    """Not stored: when what ends the item was accepted, where that was before it is carried out."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "step"], name="work_item_once_per_step"),
            models.UniqueConstraint(
                fields=["instance", "element", "loop"], condition=Q(status="open"), name="work_item_once_per_loop"
            ),
        ]
        indexes = [
            models.Index(
                "assignee",
                F("due_at").asc(nulls_last=True),
                "created_at",
                "id",
                name="work_item_mine",
                condition=Q(status="open"),
            ),
            models.Index("ended_by", F("ended_at").desc(), "id", name="work_item_done", condition=~Q(status="open")),
            models.Index("record_kind", "record_id", name="work_item_record", condition=Q(status="open")),
            models.Index("org_unit", "due_at", "id", name="work_item_of_unit", condition=Q(status="open")),
            models.Index("next_reminder_at", name="work_item_reminder", condition=Q(status="open")),
            models.Index(
                "on_behalf_of",
                "id",
                name="work_item_on_behalf",
                condition=Q(status="open") & ~Q(on_behalf_of=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.element} ({self.record_number})"

    @property
    def owner_id(self) -> int | None:
        """Whose it is, as data scopes see it."""
        return self.assignee_id

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status == self.Status.OPEN

    def answer(self, answers: dict[str, Any], *, by: User) -> None:
        """What was decided, and by whom unless somebody had it before."""
        outcome = answers.get("outcome")
        self.answers = answers
        self.outcome = outcome[:64] if isinstance(outcome, str) else ""
        if self.assignee_id in {None, by.pk}:
            self.assignee = by

    def end(self, status: str, *, at: datetime, by: User | None) -> None:
        """Nobody has to do it any more."""
        self.status, self.ended_at, self.ended_by, self.next_reminder_at = status, at, by, None
        self.clock_stopped_at = None
        self.version += 1


class Candidate(models.Model):
    """A group (``role`` or ``role@unit``) or a person that may take a work item.

    ``sort_at`` (the due moment, NEVER without one) and ``created_at`` repeat the item's, and ``available`` says that
    it is open and untaken, so that one index serves the first page of a group's queue however long all the queues
    are. ``escalated`` marks people above the holder: to them a late item stays on offer although it is taken.
    """

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    group_key = models.CharField(max_length=128, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
    )
    escalated = models.BooleanField(default=False)
    available = models.BooleanField(default=True)
    sort_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user", "group_key"], nulls_distinct=False, name="candidate_once"),
        ]
        indexes = [
            models.Index(
                "group_key",
                "sort_at",
                "created_at",
                "item",
                name="candidate_group_queue",
                condition=Q(available=True, user=None),
            ),
            models.Index(
                "user",
                "sort_at",
                "created_at",
                "item",
                name="candidate_user_queue",
                condition=Q(available=True) & ~Q(user=None),
            ),
        ]

    def __str__(self) -> str:
        return self.group_key or str(self.user)
