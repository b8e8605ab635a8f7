"""Every flow, event, end and decision rule of the shipped processes is taken by a stored scenario."""

from __future__ import annotations

import pytest

from tests.crm import PROCESSES
from tests.scenarios.coverage import coverage_of

KEYS = sorted(path.name for path in PROCESSES.iterdir() if path.is_dir())


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_left_untried(key):
    assert coverage_of(PROCESSES / key).uncovered == []


def test_a_missing_scenario_shows():
    folder = PROCESSES / "customer-level-change"
    kept = [path for path in sorted(folder.glob("*.scenario.yaml")) if path.name[:2] not in {"16", "20", "22", "15"}]
    found = coverage_of(folder, kept)
    assert {"too-late--record-expiry", "revocable--revoked-by-director"} <= found.flows
    assert {"too-late", "expired", "revoke", "withdrawal", "withdrawn-before-decision"} <= found.nodes
    assert found.rules == {"level_approval_rule_10"}
