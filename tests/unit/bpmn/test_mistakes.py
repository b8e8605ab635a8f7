"""The deploy check finds each mistake of a small broken model, and nothing in models that are right."""

from __future__ import annotations

import pytest

from bpmn.checking.sentences import sentence, suggestion
from tests.unit.bpmn.checked import CATCH, branch, findings, found, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    chain,
    end,
    event,
    flow,
    node,
    start,
)
from tests.unit.bpmn.right import RIGHT
from tests.unit.bpmn.wrong_events import WRONG_EVENTS
from tests.unit.bpmn.wrong_structure import WRONG_STRUCTURE
from tests.unit.bpmn.wrong_tasks import WRONG_TASKS

WRONG = {**WRONG_STRUCTURE, **WRONG_EVENTS, **WRONG_TASKS}


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT.keys())
def test_right_models_have_no_findings(body):
    """Their variables come with the start, which has no form to say so: that alone is noted."""
    assert [item for item in findings(body) if item.code != "unknown-name-start"] == []


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_each_mistake_is_found_where_it_is(case):
    body, severity, code, element = case
    assert (str(severity), code, element) in found(body)


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_finding_is_a_sentence(case, language):
    for item in findings(case[0]):
        text = sentence(item, language)
        assert text != item.code
        assert "{" not in text.replace("${", "")
        assert "?" not in text.replace("=x >?", "")
        assert "{" not in suggestion(item, language).replace("${", "")


def test_no_correlation_key_is_a_warning():
    assert ("warning", "no-correlation-key", "c") in found(line(CATCH), beside='<bpmn:message id="m" name="paid"/>')


def test_a_message_start_needs_no_correlation_key():
    body = start("s", event("message", messageRef="m")) + end() + chain("s", "e")
    assert found(body, beside='<bpmn:message id="m" name="paid"/>') == set()


def test_names_and_positions_come_along():
    item = next(
        iter(
            findings(
                branch(
                    flow("g", "a", "=x &gt;")
                    .replace("<bpmn:seq", '<bpmn:sequenceFlow name="Big" ', 1)
                    .replace('" uenceFlow', '"'),
                    flow("g", "b"),
                    default="g_b",
                )
            )
        )
    )
    assert item.code == "feel-syntax"
    assert item.line == 1
    assert (item.values["text_line"], item.values["text_column"]) == (1, 4)
    assert item.values["property"] == "condition"


def test_an_event_sub_process_does_not_catch_its_own_error():
    inside = start("xs", event("error", errorRef="er")) + end("xe", event("error", errorRef="er")) + chain("xs", "xe")
    body = SIMPLE + node("subProcess", "x", inside, triggeredByEvent="true")
    assert ("notice", "error-leaves-process", "xe") in found(body)
    assert ("notice", "error-leaves-process", "e") not in found(
        body.replace(end(), end("e", event("error", errorRef="er")))
    )
