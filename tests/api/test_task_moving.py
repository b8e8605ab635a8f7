"""Moving tasks of the team over the API: it works and is taken back, and is refused as on the board."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tasks_inbox.models import WorkItem, WorkItemEvent
from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db
BATCH = str(UUID(int=7))


@pytest.fixture
def item(alice) -> WorkItem:
    """alice's task."""
    running.deploy(diagram("asking", "start -> first -> end", start=start(), first=user(assignee="alice"), end=end()))
    return WorkItem.objects.get(instance=running.start("asking"))


def act(person, item, name, body, **headers):
    return caller(person, "tasks").post(f"{URL}/tasks/{item.pk}/{name}/", body, **headers)


def holder(item):
    item.refresh_from_db()
    return item.assignee.username


def moves(item):
    return WorkItemEvent.objects.filter(item=item, kind=WorkItemEvent.Kind.TRANSFERRED).count()


def test_it_works(item, alice, bob, manager):
    moved = act(manager, item, "move", {"to": "bob", "batch": BATCH, "seen": item.version, "reason": "too much"})
    assert moved.json()["assignee"]["username"] == "bob"
    assert moved["ETag"] == f'"{moved.json()["version"]}"'
    assert holder(item) == "bob"
    assert act(manager, item, "move-back", {"batch": BATCH}).json()["assignee"]["username"] == "alice"
    assert holder(item) == "alice"


def test_the_same_key_moves_once(item, bob, manager):
    body = {"to": "bob", "batch": BATCH}
    answers = [act(manager, item, "move", body, HTTP_IDEMPOTENCY_KEY="m-1").json() for _send in (1, 2)]
    assert answers[0] == answers[1]
    assert moves(item) == 1


def test_what_changed_since_it_was_read_is_not_moved(item, alice, bob, dora, manager):
    seen = item.version
    assert act(manager, item, "move", {"to": "bob", "batch": BATCH, "seen": seen}).status_code == 200
    error(act(manager, item, "move", {"to": "dora", "batch": BATCH, "seen": seen}), 409, "moved-meanwhile")
    assert holder(item) == "bob"


def test_only_ones_own_last_move_is_taken_back(item, bob, dora, manager):
    error(act(manager, item, "move-back", {"batch": BATCH}), 409, "moved-meanwhile")
    act(manager, item, "move", {"to": "bob", "batch": BATCH})
    error(act(manager, item, "move-back", {"batch": str(uuid4())}), 409, "moved-meanwhile")
    act(manager, item, "move-back", {"batch": BATCH})
    error(act(manager, item, "move-back", {"batch": BATCH}), 409, "moved-meanwhile")
    assert holder(item) == "alice"


def test_who_leads_nobody_moves_nothing(item, alice, bob, charlie):
    body = {"to": "bob", "batch": BATCH}
    error(act(alice, item, "move", body), 403, "task-not-yours")
    for name, sent in (("move", body), ("move-back", {"batch": BATCH})):
        error(act(charlie, item, name, sent), 404, "not-found")
    assert holder(item) == "alice"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"to": "bob"},
        {"to": "nobody", "batch": BATCH},
        {"to": ["bob"], "batch": BATCH},
        {"to": "bob", "batch": "x"},
        {"to": "bob", "batch": BATCH, "seen": -1},
        {"to": "bob", "batch": BATCH, "seen": "NaN"},
        {"to": "bob", "batch": BATCH, "reason": "x" * 2001},
        {"to": "bob", "batch": BATCH, "reason": "a\x00b"},
        {"to": "bob", "batch": BATCH, "force": True},
    ],
)
def test_nonsense_is_refused(item, bob, manager, body):
    error(act(manager, item, "move", body), 400)
    assert moves(item) == 0
