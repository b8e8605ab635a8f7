"""Rows in hand-written statements are the same rows that Django's own queries would have written and read."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction
from django.forms.models import model_to_dict

from config import clock
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.models import Delivery, Effect, ProcessInstance
from workflows.rows import Table

pytestmark = pytest.mark.django_db

DELIVERIES, EFFECTS, INSTANCES = Table(Delivery), Table(Effect), Table(ProcessInstance)


@pytest.fixture
def instance(clock):
    running.deploy(diagram("one", "begin -> work -> done", begin=start(), work=user(), done=end()))
    return running.start("one")


def effect(instance, loop: int, **fields) -> Effect:
    now = clock.now()
    inputs = {"text": "ü'\"\\ %s", "list": [1, None, True]}
    given = {"type": "test.call", "inputs": inputs, "next_attempt_at": now, "requested_at": now}
    return Effect(
        pk=uuid.uuid4(),
        instance=instance,
        element="call",
        loop=loop,
        step="1",
        idempotency_key=f"{instance.pk}:call:{loop}",
        **given | fields,
    )


def held(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def stored(row):
    return model_to_dict(type(row).objects.get(pk=row.pk))


def test_inserted_rows_come_back_as_they_were(instance):
    rows = [effect(instance, 1), effect(instance, 2, answer={"done": 1}, claim=uuid.uuid4())]
    EFFECTS.insert(rows)
    assert [stored(row) for row in rows] == [model_to_dict(row) for row in rows]


@pytest.mark.parametrize(
    "inputs",
    [
        {"n": 2**80},
        {"n": 0.1 + 0.2, "small": 1e-300},
        {"": [], "null": None, "text": "null"},
        {"deep": [[{"a": {"b": [None, False, 0]}}]], "words": "𝄞 漢字\n\t\x7f"},
        {},
    ],
)
def test_documents_come_back_as_they_were(instance, inputs):
    row = effect(instance, 1, inputs=inputs)
    EFFECTS.insert([row])
    assert stored(row)["inputs"] == inputs


def test_keys_that_are_no_texts_become_texts_as_in_any_other_document(instance):
    row = effect(instance, 1, inputs={1: "one"})
    EFFECTS.insert([row])
    assert stored(row)["inputs"] == {"1": "one"}


@pytest.mark.parametrize("value", [clock.now(), object(), b"bytes"])
def test_what_is_no_json_is_no_document(instance, value):
    with pytest.raises(TypeError):
        EFFECTS.insert([effect(instance, 1, inputs={"value": value})])
    assert not Effect.objects.exists()


@pytest.mark.parametrize("lives", [timedelta(days=400, microseconds=1), timedelta(seconds=-1.5), timedelta(0), None])
def test_durations_come_back_as_they_were(instance, lives):
    now = clock.now()
    row = Delivery(pk=uuid.uuid4(), kind="message", time_to_live=lives, requested_at=now, next_attempt_at=now)
    DELIVERIES.insert([row])
    assert stored(row)["time_to_live"] == lives


def test_bytes_come_back_as_they_were(instance):
    instance.state, instance.history_head = bytes(range(256)), b""
    INSTANCES.update([instance], "state", "history_head")
    read = ProcessInstance.objects.get(pk=instance.pk)
    assert (bytes(read.state), bytes(read.history_head)) == (instance.state, b"")


def test_an_inserted_row_can_be_saved_again_like_any_other(instance):
    row = effect(instance, 1)
    EFFECTS.insert([row])
    row.failure = "late"
    row.save()
    assert Effect.objects.get().failure == "late"


def test_a_conflict_is_settled_as_asked(instance):
    EFFECTS.insert([effect(instance, 1)])
    EFFECTS.insert([effect(instance, 1, type="test.other")], "DO NOTHING")
    assert Effect.objects.get().type == "test.call"
    EFFECTS.insert([effect(instance, 1, type="test.other")], "(idempotency_key) DO UPDATE SET type = EXCLUDED.type")
    assert Effect.objects.get().type == "test.other"


def test_updates_write_each_row_its_own_values_and_only_the_named_fields(instance):
    rows = [effect(instance, 1), effect(instance, 2), effect(instance, 3)]
    EFFECTS.insert(rows)
    for number, row in enumerate(rows[:2]):
        row.answer, row.claim, row.attempts, row.failure = {"n": number}, uuid.uuid4(), number, "not written"
    rows[1].claim = None
    EFFECTS.update(rows[:2], "answer", "claim", "attempts")
    read = {row.loop: row for row in Effect.objects.all()}
    assert [(read[n].answer, read[n].attempts, read[n].failure) for n in (1, 2, 3)] == [
        ({"n": 0}, 0, ""),
        ({"n": 1}, 1, ""),
        (None, 0, ""),
    ]
    assert (read[1].claim, read[2].claim) == (rows[0].claim, None)


def test_what_is_too_long_is_refused_and_not_cut_off(instance):
    row = effect(instance, 1)
    EFFECTS.insert([row])
    row.step = "x" * 201
    with pytest.raises(DataError), transaction.atomic():
        EFFECTS.update([row], "step")


def test_nothing_to_write_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        EFFECTS.insert([])
        EFFECTS.update([], "step")


def test_rows_are_read_beside_others_and_missing_ones_are_none(instance):
    columns = f"{INSTANCES.columns('one')}, {EFFECTS.columns('other')}, 'last'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM workflows_processinstance AS one "
            "LEFT JOIN workflows_effect AS other ON other.instance_id = one.id WHERE one.id = %s",
            [instance.pk],
        )
        row = cursor.fetchone()
    read, rest = INSTANCES.read(row)
    missing, rest = EFFECTS.read(rest)
    expected = ProcessInstance.objects.get(pk=instance.pk)
    assert (missing, list(rest)) == (None, ["last"])
    assert model_to_dict(read) == model_to_dict(expected)
    assert bytes(read.state) == bytes(expected.state)
    assert not read._state.adding


def test_new_rows_are_what_the_constructor_makes(instance, django_assert_num_queries):
    made = EFFECTS.new(instance=instance, element="call", loop=2, claim=None)
    constructed = Effect(instance=instance, element="call", loop=2, claim=None)
    assert held(made) == held(constructed)
    assert (made._state.adding, made._state.db) == (True, None)
    with django_assert_num_queries(0):
        assert made.instance is instance


def test_new_rows_do_not_share_what_their_fields_begin_with(instance):
    one, other = EFFECTS.new(instance=instance), EFFECTS.new(instance=instance)
    one.inputs["a"] = 1
    assert other.inputs == {}


def test_new_rows_know_their_relations_by_id_or_as_nobody(instance):
    assert EFFECTS.new(instance_id=instance.pk).instance == instance
    assert Table(ProcessInstance).new(started_by=None).started_by_id is None


def test_new_rows_refuse_what_is_no_field():
    with pytest.raises(TypeError, match="Effect has no colour"):
        EFFECTS.new(colour="red")


def test_rows_read_are_those_django_reads(instance):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {INSTANCES.columns('i')} FROM workflows_processinstance i WHERE id = %s", [instance.pk])
        read, rest = INSTANCES.read(cursor.fetchone())
    by_django = ProcessInstance.objects.get(pk=instance.pk)
    assert not rest
    assert held(read) == held(by_django)
    assert (read._state.adding, read._state.db) == (by_django._state.adding, by_django._state.db)
    read.number = "other"
    read.save(update_fields=["number"])
    assert ProcessInstance.objects.get(pk=instance.pk).number == "other"
