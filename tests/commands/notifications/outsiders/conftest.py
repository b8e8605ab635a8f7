"""Everything an outsider could hear by, and a task they may not see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from notifications import operations, queries, rights, screens
from notifications.jobs import mail_unseen
from notifications.models import Notification
from tasks_inbox import audiences, commands
from tasks_inbox.models import WorkItem
from tests.support.records import note
from workflows.models import ProcessInstance

MORNING = datetime(2026, 1, 6, 0, 30, tzinfo=UTC)  # Tuesday 08:30 in Shanghai


class Ears:
    """Everything an outsider could hear by: groups their screens are in, news, letters, posts, counts."""

    def __init__(self, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
        self.person = person
        self.told: set[str] = set()
        monkeypatch.setattr(audiences, "nudge_all", self._hear)
        for module in (operations, rights):
            monkeypatch.setattr(module, "nudge", lambda groups, message: self._hear([(groups, message)]))

    def _hear(self, hints: Any) -> None:
        for groups, message in hints:
            if message["type"] != "tasks.hint":  # says that some task changed, to screens of who leads a team
                self.told |= set(groups)

    @property
    def hints(self) -> set[str]:
        """Of what was told, what a screen of this person would have heard."""
        found = screens.look_up(self.person.pk, ["team:rows", "record:customer:1"], None)
        return self.told & (found[1] if found else set())

    @property
    def news(self) -> list[str]:
        return list(Notification.objects.filter(user=self.person).values_list("template", flat=True))

    def heard(self) -> list[Any]:
        """Everything; empty for who heard nothing."""
        person = User.objects.get(pk=self.person.pk)
        mail_unseen()
        letters = [letter.body for letter in mail.outbox if person.email in letter.to]
        shown = [entry.text for entry in queries.page(person).entries]
        return [
            *self.hints,
            *self.news,
            *letters,
            *shown,
            *[queries.unread_count(person)] * queries.unread_count(person),
        ]


@pytest.fixture
def ears(charlie, monkeypatch):
    return Ears(charlie, monkeypatch)


@pytest.fixture
def item(ask, alice, bob, manager):
    """A task of Alice's, offered to the sales people of Hangzhou, about a record."""
    made, record = ask(group="sales@HZ", assignee="alice", actor=alice), note("N")
    about = {"record_kind": "test.note", "record_id": str(record.pk), "record_number": "N-1"}
    WorkItem.objects.filter(pk=made.pk).update(**about)
    ProcessInstance.objects.filter(pk=made.instance_id).update(record_kind="test.note", record_id=str(record.pk))
    return WorkItem.objects.get(pk=made.pk)


def comment(item, alice, bob, manager):
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="@charlie @bob look at N-1")
