"""Headers about approvers are checked at deploy: unknown words, and steps that people do not do."""

from __future__ import annotations

import pytest

from bpmn.checking import Catalogue, check
from bpmn.checking.sentences import sentence
from tests.support.diagrams import diagram, end, script, start, user

HEADERS = "<zeebe:taskHeaders>{}</zeebe:taskHeaders>"


def ruled(**headers):
    rows = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    return user(group="finance", properties=HEADERS.format(rows))


def findings(**headers):
    drawn = diagram(
        "ruled",
        "begin -> first -> sum -> second -> done",
        begin=start(),
        first=user(group="finance"),
        sum=script("1 + 1", "two"),
        second=ruled(**headers),
        done=end(),
    )
    found = check({"ruled.bpmn": drawn}, Catalogue(handlers={}, functions={}, groups=frozenset({"finance"})))
    return [finding for finding in found if finding.code.startswith("rule-")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"nobodyFound": "skip"},
        {"nobodyFound": "administrator", "sameApprover": "ask"},
        {"nobodyFound": "block", "sameApprover": "merge", "requesterIsApprover": "above"},
        {"differentFrom": "first"},
    ],
)
def test_what_is_right_has_no_finding(headers):
    assert findings(**headers) == []


@pytest.mark.parametrize("header", ["nobodyFound", "sameApprover", "requesterIsApprover"])
def test_an_unknown_word_is_refused(header):
    (found,) = findings(**{header: "perhaps"})
    assert (found.code, found.severity.value, found.element) == ("rule-unknown", "error", "second")


@pytest.mark.parametrize("named", ["nowhere", "sum", "second", "first,nowhere", ""])
def test_a_step_that_is_not_there_or_nobody_does_is_refused(named):
    assert {(found.code, found.element) for found in findings(differentFrom=named)} == {("rule-step", "second")}


def test_the_sentence_names_header_and_word():
    (found,) = findings(nobodyFound="perhaps")
    for word in ("nobodyFound", "perhaps"):
        assert word in sentence(found, "en")
