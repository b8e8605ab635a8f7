"""Processes without end, as rows: stopped soon and visibly, with everything stored."""

from __future__ import annotations

from time import process_time

import pytest

from bpmn.model import Process
from tests.support.running import deploy, start, waiting_at
from tests.unit.engine.drawing import call, draw, flow, fork, user
from tests.unit.engine.drawing import start as begin
from tests.unit.scenarios.xml import file_of
from workflows.models import Incident, ProcessInstance

pytestmark = pytest.mark.django_db


def around(*ways: str) -> Process:
    calls = [call(id, "P") for id in ways]
    parts = [flow("f", one) for one in (*ways, "u")]
    return draw(begin(), fork("f"), calls, user("u"), flow("start", "f"), parts)


def test_a_process_that_calls_itself_is_an_incident_at_its_call_and_the_rest_goes_on(clock):
    deploy(file_of(around("ca")))
    begun = process_time()
    root = start("P")
    assert process_time() - begun < 3
    assert ProcessInstance.objects.filter(root=root).count() == 51
    assert Incident.objects.get().message == "processes call one another more than 50 deep"
    assert waiting_at(root) == ["ca", "u"]


def test_one_that_calls_itself_twice_does_not_fill_the_database(clock):
    deploy(file_of(around("ca", "cb")))
    begun = process_time()
    root = start("P")
    assert process_time() - begun < 6
    assert ProcessInstance.objects.filter(root=root).count() == 101
    stopped = Incident.objects.filter(element__in=("ca", "cb"))
    assert {incident.message for incident in stopped} == {"P calls itself more than 100 times at once"}
    assert stopped.count() == 102
