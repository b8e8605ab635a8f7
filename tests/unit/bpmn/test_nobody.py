"""A task that may end up with nobody is doubted before a case gets stuck on it; one with a stand-in is not."""

from __future__ import annotations

import pytest

from tests.unit.bpmn.checked import findings
from tests.unit.bpmn.drawing import chain, end, node, start

SCRIPT = '<zeebe:script expression="={}" resultVariable="boss"/>'
INPUT = '<zeebe:ioMapping><zeebe:input source="={}" target="boss"/></zeebe:ioMapping>'


def doubted(assignment: str, more: str = "", script: str = "") -> bool:
    """Whether a task with this assignment is said to resolve to nobody."""
    task = node("userTask", "u", extensions=f"<zeebe:assignmentDefinition {assignment}/>{more}")
    before = node("scriptTask", "find", extensions=SCRIPT.format(script)) if script else ""
    ids = ["s", "find", "u", "e"] if script else ["s", "u", "e"]
    body = start() + before + task + end() + chain(*ids)
    return "perhaps-nobody" in {item.code for item in findings(body)}


@pytest.mark.parametrize(
    "assignment",
    [
        'assignee="=manager of(requester)"',
        'assignee="=manager of(requester).name"',
        'assignee="=null"',
        'assignee="=if x then manager of(a) else &quot;li.wei&quot;"',
        'assignee="=if manager of(a) != null then manager of(b) else &quot;li.wei&quot;"',
        'assignee="=get or else(manager of(a), manager of(b))"',
        'assignee="=members of(&quot;finance&quot;)[1]"',
        'assignee="=manager of(a)" candidateGroups="=[]"',
        'assignee="=manager of(a)" candidateUsers="=members of(&quot;finance&quot;)"',
        'candidateUsers="=members of(&quot;finance&quot;)"',
        'candidateUsers="=[manager of(a)]"',
        'candidateUsers="=concatenate(members of(a), members of(b))"',
    ],
)
def test_who_is_looked_up_may_not_be_found(assignment: str):
    """The function answers nobody, and no group stands in."""
    assert doubted(assignment)


@pytest.mark.parametrize(
    "assignment",
    [
        'assignee="li.wei"',
        'assignee="=requester"',
        'assignee="=if requester != null then requester else owner"',
        'assignee="=manager of(a)" candidateGroups="finance"',
        'assignee="=manager of(a)" candidateGroups="=[group]"',
        'assignee="=manager of(a)" candidateGroups="=if manager of(a) = null then [group] else []"',
        'assignee="=if manager of(a) != null then manager of(a) else &quot;li.wei&quot;"',
        'assignee="=if manager of(a) = null then &quot;li.wei&quot; else manager  of(a)"',
        'assignee="=get or else(manager of(a), &quot;li.wei&quot;)"',
        'candidateGroups="=[role at(&quot;sales&quot;, unit)]"',
        'candidateUsers="=concatenate(members of(a), [&quot;li.wei&quot;])"',
        'assignee="=manager of("',
    ],
)
def test_somebody_is_there_or_trusted_to_be(assignment: str):
    """Variables from elsewhere are trusted, as are guarded lookups and stand-ins."""
    assert not doubted(assignment)


def test_a_variable_is_as_doubtful_as_the_only_expression_that_writes_it():
    """By a script before, or by an input mapping of the task; a plain value is not."""
    assert doubted('assignee="=boss"', script="manager of(requester)")
    assert doubted('assignee="=boss"', more=INPUT.format("manager of(requester)"))
    assert not doubted('assignee="=boss"', script="&quot;li.wei&quot;")
    group = 'candidateGroups="=if boss.person = null then [boss.group] else []"'
    assert doubted('assignee="=boss.person"', script="manager of(requester)")
    assert not doubted(f'assignee="=boss.person" {group}', script="manager of(requester)")
    assert not doubted('assignee="=if boss != null then boss else owner"', script="manager of(requester)")
    assert not doubted('assignee="=boss" candidateGroups="sales"', script="manager of(requester)")
