"""What happened to a process through the API: the same from the tables and from the archive, for the same people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import URL, caller, error, queries_of
from tests.support import running
from tests.support.diagrams import diagram, end, service, start, user
from tests.support.records import note
from workflows import commands
from workflows.archiving import commands as archive
from workflows.models import HistoryEvent, ProcessInstance
from workflows.registry import service_task
from workflows.sealing.commands import seal

pytestmark = pytest.mark.django_db
INSTANCES = f"{URL}/instances/"
WORK = diagram(
    "work",
    "begin -> do -> try -> done",
    begin=start(),
    do=user(group="sales"),
    **{"try": service("test.try", inputs={"key": "secret"})},
    done=end(),
)


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.HISTORY_KEY_DIR, settings.HISTORY_ARCHIVE_DIR = tmp_path / "secrets", tmp_path / "archive"


@pytest.fixture
def ended(alice, operator, clock):
    """A process about a note whose field "secret" is masked; ended, with a write by an operator and an incident."""
    fails = [True]

    @service_task("test.try")
    def attempt(step, *, key: str) -> None:
        if fails and fails.pop():
            raise RuntimeError(f"no door for {key}")

    running.deploy(WORK)
    record = note()
    variables = {"secret": "s3cret", "amount": 1}
    instance = commands.start_process(actor=alice, process_key="work", variables=variables, record=record)
    clock.advance(timedelta(hours=1))
    commands.change_variables(actor=operator, instance_id=instance.pk, variables={"amount": 2})
    clock.advance(timedelta(hours=1))
    running.complete(instance, "do", {"answer": "yes"}, actor=alice)
    clock.advance(timedelta(hours=1))
    running.settle()
    assert not running.reload(instance).is_live
    seal()
    return running.reload(instance)


def gone(instance):
    archive.archive(actor=None, roots=[instance.pk])
    assert not ProcessInstance.objects.exists()


def said(client, instance):
    """All that is told of an instance but whether it is archived."""
    address = f"{INSTANCES}{instance.pk}/"
    told = {part: client.get(f"{address}{part}") for part in ("", "history/", "variable-history/", "incidents/")}
    told |= {f"then {event}": client.get(f"{address}then/?event={event}") for event in (1, 8, instance.history_length)}
    assert {answer.status_code for answer in told.values()} == {200}, {k: v.json() for k, v in told.items()}
    bodies = {part: answer.json() for part, answer in told.items()}
    bodies[""].pop("is_archived")
    return bodies


def test_the_archive_answers_as_the_tables_did(ended, alice, operator):
    before = {person.pk: said(caller(person), ended) for person in (alice, operator)}
    assert caller(alice).get(f"{INSTANCES}{ended.pk}/").json()["is_archived"] is False
    gone(ended)
    assert caller(alice).get(f"{INSTANCES}{ended.pk}/").json()["is_archived"] is True
    for person in (alice, operator):
        assert said(caller(person), ended) == before[person.pk]


def test_variables_are_told_with_who_when_and_from_what_to_what(ended, alice):
    changes = caller(alice).get(f"{INSTANCES}{ended.pk}/variable-history/?name=amount").json()["results"]
    assert [(row["old"], row["new"], row["is_new"], row["by"]["username"]) for row in changes] == [
        (None, 1, True, "alice"),
        (1, 2, False, "operator"),
    ]
    assert changes[0]["at"] < changes[1]["at"]


def test_masked_values_show_nowhere(ended, alice, operator):
    """Not in the story, its errors and arguments, not in changes, not in the process as it was; not to operators."""
    for archived in (False, True):
        if archived:
            gone(ended)
        for person in (alice, operator):
            told = str({part: body for part, body in said(caller(person), ended).items() if part != "incidents/"})
            assert "•••" in told
            assert "s3cret" not in told


def test_outsiders_find_nothing_before_and_after(ended, charlie):
    client = caller(charlie)
    for archived in (False, True):
        if archived:
            gone(ended)
        for part in ("", "history/", "variable-history/", "then/", "incidents/"):
            error(client.get(f"{INSTANCES}{ended.pk}/{part}"), 404, "not-found")
        assert client.get(f"{INSTANCES}archived/").json()["results"] == []


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("ordering", ["oldest", "newest"])
def test_pages_join_without_gap_or_repetition(ended, alice, archived, ordering):
    if archived:
        gone(ended)
    client, address, found = caller(alice), f"{INSTANCES}{ended.pk}/history/?page_size=4&ordering={ordering}", []
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 4
        found += [event["sequence"] for event in page["results"]]
        address = page["next"]
    everything = list(range(1, ended.history_length + 1))
    assert found == (everything if ordering == "oldest" else everything[::-1])
    address, names = f"{INSTANCES}{ended.pk}/variable-history/?page_size=1", []
    while address:
        page = client.get(address).json()
        names += [(row["name"], row["sequence"]) for row in page["results"]]
        address = page["next"]
    assert len(names) == len(set(names)) >= 3


def test_kinds_narrow_the_story(ended, alice):
    rows = caller(alice).get(f"{INSTANCES}{ended.pk}/history/?kind=stimulus&kind=ended").json()["results"]
    assert {row["kind"] for row in rows} == {"stimulus", "ended"}
    assert rows[0]["data"]["type"] == "StartInstance"


def test_an_instance_as_it_was_at_a_moment(ended, alice):
    begun = ended.started_at
    address = f"{INSTANCES}{ended.pk}/then/"
    client = caller(alice)
    before = client.get(address, {"moment": (begun + timedelta(minutes=30)).isoformat()}).json()
    assert (before["waiting_at"], before["variables"]["amount"], before["faithful"]) == (["do"], 1, True)
    later = client.get(address, {"moment": (begun + timedelta(minutes=90)).isoformat()}).json()
    assert later["variables"]["amount"] == 2
    assert client.get(address).json()["status"] == "completed"
    error(client.get(address, {"moment": (begun - timedelta(minutes=1)).isoformat()}), 404, "not-found")


def test_archived_instances_are_listed_and_found(ended, alice, operator):
    gone(ended)
    for person in (alice, operator):
        (row,) = caller(person).get(f"{INSTANCES}archived/?process=work").json()["results"]
        assert (row["id"], row["status"], row["started_by"]["username"]) == (str(ended.pk), "completed", "alice")
    assert caller(alice).get(f"{INSTANCES}archived/?process=other").json()["results"] == []


@pytest.mark.parametrize(
    "question",
    [
        "history/?ordering=sideways",
        "history/?kind=nothing",
        "history/?cursor=x",
        "history/?page_size=0",
        "history/?colour=red",
        "variable-history/?cursor=WyJoaXN0b3J5Iiwge30sIDFd",
        "then/?event=-1",
        "then/?event=99999999999999",
        "then/?moment=yesterday",
        "then/?moment=2026-01-05T09:00:00",
        "then/?moment=2026-13-45T99:00:00Z",
    ],
)
def test_hostile_questions(ended, alice, question):
    error(caller(alice).get(f"{INSTANCES}{ended.pk}/{question}"), 400)


def test_a_cursor_of_one_list_is_refused_by_another(ended, alice):
    client = caller(alice)
    following = client.get(f"{INSTANCES}{ended.pk}/history/?page_size=1").json()["next"]
    error(client.get(following.replace("history/", "variable-history/")), 400)


def test_the_number_of_queries_does_not_grow_with_the_history(alice, operator, clock):
    running.deploy(diagram("long", "begin -> do -> done", begin=start(), do=user(group="sales"), done=end()))
    instance = running.start("long", actor=alice, amount=0)
    client = caller(alice)
    addresses = [f"{INSTANCES}{instance.pk}/{part}" for part in ("history/", "variable-history/", "then/")]
    few = [queries_of(lambda at=at: client.get(at)) for at in addresses]
    for number in range(30):
        commands.change_variables(actor=operator, instance_id=instance.pk, variables={"amount": number})
    assert [queries_of(lambda at=at: client.get(at)) for at in addresses] == few
    assert max(few) <= 12
    assert HistoryEvent.objects.count() > 60
