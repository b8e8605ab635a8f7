"""Deployed processes are kept as immutable versions, all of a set or none."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from bpmn import commands, queries
from bpmn.bundle import BundleInvalid
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import Deployment, ProcessDefinition, ProcessVersion, StartSubscription
from tests.unit.bpmn.drawing import SIMPLE, chain, end, event, ext, file, start, timer, user

pytestmark = pytest.mark.django_db

PROPERTIES = ext(
    '<zeebe:properties><zeebe:property name="category" value="Sales"/><zeebe:property name="record" value="customer"/>'
    '<zeebe:property name="area" value="crm"/><zeebe:property name="startableBy" value="sales, service"/>'
    "</zeebe:properties>"
)
FORM = json.dumps({"id": "ask", "components": []}).encode()


def store(note: str = "", **files: bytes):
    return commands.store_versions(
        actor=None, files={f"{key}/{key}.bpmn": data for key, data in files.items()}, note=note
    )


def test_it_works(clock):
    stored = commands.store_versions(
        actor=None, files={"p/p.bpmn": file(PROPERTIES + SIMPLE), "p/ask.form": FORM}, note="First"
    )
    version = queries.live_version("p")
    assert stored.versions == (version,)
    assert (version.number, version.status, version.diagram) == (1, ProcessVersion.Status.LIVE, "p.bpmn")
    assert (version.deployment.note, version.deployment.at) == ("First", clock.now())
    definition = version.definition
    assert (definition.name, definition.category, definition.record_kind) == ("Process", "Sales", "customer")
    assert (definition.area, definition.startable_by) == ("crm", ["sales", "service"])
    assert queries.version_files(version.pk) == {"p.bpmn": file(PROPERTIES + SIMPLE), "ask.form": FORM}
    bundle = queries.version_bundle(version.pk)
    assert bundle.forms == {"ask": {"id": "ask", "components": []}}
    assert queries.version_bundle(str(version.pk)) is bundle


def test_an_unchanged_process_makes_no_new_version():
    store(p=file(SIMPLE), q=file(SIMPLE, key="q"))
    again = store(p=file(SIMPLE), q=file(SIMPLE + "<!-- new -->", key="q"))
    assert [version.definition.key for version in again.versions] == ["q"]
    assert [version.definition.key for version in again.unchanged] == ["p"]
    assert Deployment.objects.count() == 2
    store(p=file(SIMPLE))
    assert Deployment.objects.count() == 2


def test_a_new_version_replaces_the_live_one_which_stays_as_it_was():
    first = store(p=file(SIMPLE)).versions[0]
    second = store(p=file(SIMPLE + "<!-- 2 -->")).versions[0]
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == ("replaced", "live", 2)
    assert queries.version_files(first.pk) == {"p.bpmn": file(SIMPLE)}
    assert list(queries.live_versions()) == [second]


def test_going_back_to_an_older_text_is_a_version_of_its_own():
    store(p=file(SIMPLE))
    store(p=file(SIMPLE + "<!-- 2 -->"))
    assert store(p=file(SIMPLE)).versions[0].number == 3


def test_all_of_a_set_or_none():
    with pytest.raises(BundleInvalid):
        store(p=file(SIMPLE), q=b"<broken")
    assert not ProcessDefinition.objects.exists()


def test_only_one_version_can_be_live():
    version = store(p=file(SIMPLE)).versions[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessVersion.objects.create(
            definition=version.definition, number=9, deployment=version.deployment, name="x", digest="x"
        )


def test_the_ways_to_start_are_rows():
    body = (
        SIMPLE
        + start("m1", event("message", messageRef="m"))
        + start("g1", event("signal", signalRef="sg"))
        + start("t1", timer("timeCycle", "0 0 9 * * *"))
        + "".join(chain(identity, "u") for identity in ("m1", "g1", "t1"))
    )
    version = store(p=file(body)).versions[0]
    assert [(row.element, row.kind) for row in queries.starts(version.pk)] == [
        ("s", "none"),
        ("m1", "message"),
        ("g1", "signal"),
        ("t1", "timer"),
    ]
    assert queries.message_starts("paid") == [("p", "m1")]
    assert queries.message_starts("unpaid") == []
    assert queries.signal_starts("customer.level_changed") == [("p", "g1")]
    timers = list(queries.timer_starts())
    assert [(row.timer_kind, row.timer, row.version) for row in timers] == [("timeCycle", "0 0 9 * * *", version)]


def test_starts_inside_sub_processes_and_of_old_versions_do_not_count():
    inner = (
        "<bpmn:subProcess id='x' triggeredByEvent='true'>"
        + start("xs", event("message", messageRef="m"))
        + "</bpmn:subProcess>"
    )
    store(p=file(start("m1", event("message", messageRef="m")) + user("u") + end() + chain("m1", "u", "e") + inner))
    assert queries.message_starts("paid") == [("p", "m1")]
    store(p=file(SIMPLE + inner))
    assert queries.message_starts("paid") == []


def test_a_computed_start_name_is_computed_once():
    named = '<bpmn:message id="m" name="=&quot;order.&quot; + &quot;paid&quot;"/>'
    store(p=file(start("m1", event("message", messageRef="m")) + end() + chain("m1", "e"), beside=named))
    assert StartSubscription.objects.get().name == "order.paid"


def test_what_is_not_deployed_is_not_found():
    with pytest.raises(ProcessNotDeployed):
        queries.live_version("nothing")


def test_storing_takes_few_queries(django_assert_max_num_queries):
    files = {f"p{n}/p{n}.bpmn": file(SIMPLE, key=f"p{n}") for n in range(5)}
    with django_assert_max_num_queries(6 + 5 * 6):
        commands.store_versions(actor=None, files=files)
    with django_assert_max_num_queries(6):
        commands.store_versions(actor=None, files=files)
