"""What level a customer should have, by the decision table of the live level-change process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dmn
from bpmn import queries as deployed
from crm_core.exceptions import WrongState

PROCESS_KEY = "customer-level-change"
DECISION = "level_recommendation"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A level code and the number of the rule that gave it."""

    level: str
    rule: int


def recommend(evidence: Mapping[str, Any], model: dmn.Model | None = None) -> Recommendation:
    """The level the table recommends on this evidence. Raises WrongState when the table gives none."""
    found = (model or live_table()).evaluate(DECISION, {"evidence": dict(evidence)}, record=False).value
    if not isinstance(found, Mapping) or not found.get("level"):
        raise WrongState("The table level_recommendation gave no level.")
    return Recommendation(str(found["level"]), int(found["rule"]))


def live_table() -> dmn.Model:
    """The decisions of the live version of the level-change process. Raises WrongState when it has none."""
    version = deployed.live_version(PROCESS_KEY)
    decisions = deployed.version_bundle(version.pk).decisions
    if decisions is None:
        raise WrongState("The level-change process has no decision tables.")
    return decisions
