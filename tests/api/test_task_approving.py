"""What approvers keep for themselves over the API: the state they have read, and the phrases they decide with."""

from __future__ import annotations

import pytest

from tasks_inbox.commands.approving import MOST_STATES
from tasks_inbox.models import QuickPhrases, SeenRecord, WorkItem
from tasks_inbox.phrases import LONGEST, MOST
from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from tests.support.records import note
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
PHRASES = f"{URL}/me/phrases/"


@pytest.fixture
def plain(alice) -> WorkItem:
    """alice's task about no record."""
    running.deploy(diagram("asking", "start -> first -> end", start=start(), first=user(assignee="alice"), end=end()))
    return WorkItem.objects.get(instance=running.start("asking"))


@pytest.fixture
def item(plain) -> WorkItem:
    """alice's task about a record."""
    about = {"record_kind": "test.note", "record_id": str(note("N1").pk)}
    ProcessInstance.objects.filter(pk=plain.instance_id).update(**about)
    WorkItem.objects.filter(pk=plain.pk).update(**about)
    return plain


def see(person, item, body, **headers):
    return caller(person, "tasks").post(f"{URL}/tasks/{item.pk}/seen/", body, **headers)


def test_it_works(item, alice):
    assert see(alice, item, {"number": 2}).json()["number"] == 2
    answer = see(alice, item, {"number": 3}).json()
    assert (answer["number"], answer["earlier"]) == (3, 2)
    assert SeenRecord.objects.get().user == alice


def test_an_older_state_and_the_same_again_change_nothing(item, alice):
    first = see(alice, item, {"number": 3}, HTTP_IDEMPOTENCY_KEY="s-1").json()
    assert see(alice, item, {"number": 3}, HTTP_IDEMPOTENCY_KEY="s-1").json() == first
    assert see(alice, item, {"number": 3}).json() == see(alice, item, {"number": 1}).json() == first


def test_a_task_about_no_record(plain, alice):
    assert see(alice, plain, {"number": 1}).status_code == 204
    assert not SeenRecord.objects.exists()


def test_the_outsider_notes_nothing(item, charlie):
    error(see(charlie, item, {"number": 1}), 404, "not-found")
    assert not SeenRecord.objects.exists()


@pytest.mark.parametrize("number", [None, -1, MOST_STATES + 1, "x", 1.5, True, [1]])
def test_what_is_no_state_is_refused(item, alice, number):
    error(see(alice, item, {"number": number}), 400)
    assert not SeenRecord.objects.exists()


def test_phrases_are_ones_own(alice, bob):
    usual = caller(alice).get(PHRASES).json()["phrases"]
    kept = caller(alice, "tasks").put(PHRASES, {"phrases": ["Fine.", " 同意  。 ", "Fine."]})
    assert kept.json() == {"phrases": ["Fine.", "同意 。"]} == caller(alice).get(PHRASES).json()
    assert caller(bob).get(PHRASES).json()["phrases"] == usual
    assert caller(alice).put(PHRASES, {"phrases": []}).json()["phrases"] == usual
    assert not QuickPhrases.objects.exists()


@pytest.mark.parametrize(
    "phrases", [None, "Fine.", ["x" * (LONGEST + 1)], [f"p{number}" for number in range(MOST + 1)], [["x"]], ["a\x00b"]]
)
def test_unfit_phrases_are_refused(alice, phrases):
    error(caller(alice).put(PHRASES, {"phrases": phrases}), 400)
    assert not QuickPhrases.objects.exists()


def test_phrases_need_a_login_and_a_fitting_token(client, alice):
    error(client.get(PHRASES), 401)
    error(caller(alice, "read").put(PHRASES, {"phrases": ["Fine."]}), 403)
