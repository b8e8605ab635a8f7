"""Service dispatch as it is shipped: nothing speaks against it, and its tables say what was agreed."""

from __future__ import annotations

import json

import pytest

from bpmn.bundle import load
from crm_core.dispatch.queries import MESSAGES
from notifications.texts import TEMPLATES
from tests.crm import PROCESSES
from workflows import deploying

FOLDER = PROCESSES / "service-dispatch"


@pytest.fixture(scope="module")
def bundle():
    """The process with its tables, forms and texts."""
    (found,) = load({path.name: path.read_bytes() for path in FOLDER.iterdir()})
    return found


@pytest.mark.django_db
def test_nothing_speaks_against_deploying_it(clock):
    deployed = deploying.deploy(actor=None, files=deploying.read_paths([FOLDER]))
    assert [(found.element, found.code) for found in deployed.findings] == []
    assert {version.definition.key for version in deployed.stored.versions} == {"service-dispatch"}


def decided(bundle, table, **given):
    return bundle.decisions.evaluate(table, given).value


@pytest.mark.parametrize(
    ("safety", "origin", "essential", "tier", "priority", "hours", "by_clock", "crew"),
    [
        ("gas", "planned", True, "top", "P1", 2, True, 2),
        ("water_leak", "fault", False, "standard", "P1", 2, True, 1),
        ("no_power", "fault", False, "standard", "P1", 2, True, 1),
        ("lock_out", "booked", False, "gold", "P1", 2, True, 1),
        ("", "planned", True, "top", "P4", 40, False, 1),
        (None, "booked", None, "standard", "P4", 40, False, 1),
        ("", "fault", True, "gold", "P2", 4, False, 1),
        ("", "complaint", True, "top", "P2", 4, False, 1),
        ("", "fault", True, "silver", "P2", 8, False, 1),
        ("", "fault", False, "top", "P3", 16, False, 1),
        (None, "fault", None, None, "P3", 16, False, 1),
    ],
)
def test_priority_and_time_to_arrive(bundle, safety, origin, essential, tier, priority, hours, by_clock, crew):
    answer = decided(bundle, "dispatch_rule", safety=safety, origin=origin, essential=essential, tier=tier)
    assert (answer["priority"], answer["hours"], answer["by_clock"], answer["crew"]) == (
        priority,
        hours,
        by_clock,
        crew,
    )


@pytest.mark.parametrize(
    ("misuse", "warranty", "landlord", "visits", "percent", "expected"),
    [
        (True, True, True, 3, 50, ("paid", 0, False)),
        (False, True, True, 3, 50, ("free", 0, False)),
        (False, False, True, 3, 50, ("free", 0, False)),
        (False, False, False, 3, 50, ("free", 0, True)),
        (False, False, False, 0, 50, ("paid", 50, False)),
        (False, False, False, 0, 0, ("paid", 0, False)),
        (None, None, None, None, None, ("paid", 0, False)),
    ],
)
def test_who_pays(bundle, misuse, warranty, landlord, visits, percent, expected):
    answer = decided(
        bundle, "warranty_charge", misuse=misuse, in_warranty=warranty, landlord_part=landlord,
        contract_visits_left=visits, concession_percent=percent,
    )  # fmt: skip
    assert (answer["charge"], answer["percent_off"], answer["count_down"]) == expected


@pytest.mark.parametrize(
    ("severity", "visits", "sample", "inspected"),
    [("critical", 99, 99, True), ("normal", 5, 99, True), ("normal", 6, 4, True), ("normal", 6, 5, False),
     ("major", 6, 99, False)],
)  # fmt: skip
def test_what_is_inspected(bundle, severity, visits, sample, inspected):
    answer = decided(bundle, "quality_sampling", severity=severity, technician_visits=visits, sample=sample)
    assert answer["inspect"] is inspected


def test_every_named_node_and_flow_has_chinese_words(bundle):
    texts = json.loads((FOLDER / "service-dispatch.texts.zh-hans.json").read_text())
    named = {node.id for node in bundle.process.nodes.values() if node.name}
    named |= {flow.id for flow in bundle.process.flows.values() if flow.name}
    assert named <= {key for key, value in texts.items() if value.get("name")}


def test_every_message_has_a_command_and_every_notice_a_sentence():
    source = (FOLDER / "service-dispatch.bpmn").read_text()
    for name in MESSAGES.values():
        assert f'name="{name}"' in source
    for template in ("work-order-arrival-due", "work-order-arrival-late", "work-order-freed"):
        assert template in source
        assert template in TEMPLATES
