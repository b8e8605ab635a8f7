"""@username in a comment: tells who may see the task, gives nobody a right."""

from __future__ import annotations

import pytest

from notifications.models import Notification
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import CommentEmpty, TooManyPeople
from tasks_inbox.mentions import mentioned_in
from tasks_inbox.models import Comment

pytestmark = pytest.mark.django_db


def say(user, item, text):
    return commands.comment_on_work_item(actor=user, work_item_id=item.pk, text=text)


def test_who_may_see_it_is_told_and_the_others_learn_nothing(ask, alice, bob, charlie):
    item = ask(assignee="alice", group="sales@HZ")
    say(alice, item, "@bob and @charlie, what do you think?")
    assert list(Notification.objects.filter(template="task-mention").values_list("user", flat=True)) == [bob.pk]
    assert queries.visible_item(charlie, item.pk) is None


def test_a_full_stop_ends_the_sentence_not_the_name(ask, alice, bob):
    say(alice, ask(assignee="alice", group="sales@HZ"), "Ask @bob.")
    assert Notification.objects.get(template="task-mention").user == bob


def test_what_is_no_mention():
    assert mentioned_in("mail me: alice@example.com, @@bob @Bob @") == frozenset()
    assert mentioned_in("@li.wei @li.wei, @zhou_bo-2!") == {"li.wei", "zhou_bo-2"}


def test_nobody_mentions_the_whole_company(ask, alice):
    item = ask(assignee="alice")
    with pytest.raises(TooManyPeople):
        say(alice, item, " ".join(f"@u{number}" for number in range(600)))
    with pytest.raises(CommentEmpty):
        say(alice, item, " ".join(f"@somebody.{number}" for number in range(10_000)))
    assert not Comment.objects.exists()
