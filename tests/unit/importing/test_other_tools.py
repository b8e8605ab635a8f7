"""Files of spiffworkflow and of editors that know no engine."""

from __future__ import annotations

import pytest

from bpmn.importing import convert
from bpmn.importing.sentences import sentence
from bpmn.reader import read
from tests.unit.importing.test_convert import converted, decisions, file, line, task

GATEWAY = '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/><bpmn:endEvent id="e"/><bpmn:endEvent id="f"/>'


def condition_of(text: str, *, python: bool = False):
    body = GATEWAY + '<bpmn:sequenceFlow id="sg" sourceRef="s" targetRef="g"/>'
    body += '<bpmn:sequenceFlow id="ge" sourceRef="g" targetRef="e"/>'
    body += '<bpmn:sequenceFlow id="gf" sourceRef="g" targetRef="f">'
    body += f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    data = file(body)
    imported = convert("p.bpmn", data if python else data.replace(b"http://spiffworkflow.org", b"http://other"))
    return imported, read("p.bpmn", imported.diagram).processes[0].flows["gf"].condition


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("x == 'a'", '=x = "a"'),
        ('amount &gt; 100 and level = "gold"', '=amount &gt; 100 and level = "gold"'),
        ("amount between 1 and 5", "=amount between 1 and 5"),
        ("=already", "=already"),
    ],
)
def test_plain_conditions(text: str, feel: str):
    """Python, and FEEL that only lacks its sign; the other flow becomes the default."""
    imported, condition = condition_of(text)
    assert condition == feel.replace("&gt;", ">")
    assert decisions(imported) == []


@pytest.mark.parametrize("text", ["large orders", "Yes", "x &gt; 1;", "${a} and b", "f(x)"])
def test_words_are_no_condition(text: str):
    """A label in the place of a condition would be true or false by chance."""
    imported, condition = condition_of(text)
    assert condition == text.replace("&gt;", ">")
    assert decisions(imported) == [("keep-expression", "gf")]


def test_a_bare_word_is_a_variable_where_conditions_are_python():
    """spiffworkflow's files say so by their namespace."""
    assert condition_of("approved", python=True)[1] == "=approved"


@pytest.mark.parametrize(
    ("text", "after"),
    [("'PT1H'", "PT1H"), ('"R3/PT1H"', None), ("timedelta(hours=1)", None), ("${due}", "=due"), ("PT1H", "PT1H")],
)
def test_timers(text: str, after: str | None):
    """Quotes are spiffworkflow's; a call, and a cycle where a duration stands, are left to somebody."""
    timer = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{text}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    imported = convert(
        "p.bpmn", file(line(f'<bpmn:intermediateCatchEvent id="t">{timer}</bpmn:intermediateCatchEvent>'))
    )
    found = read("p.bpmn", imported.diagram).processes[0].nodes["t"].event.timer
    assert found == (text if after is None else after)
    assert decisions(imported) == ([("keep-expression", "t")] if after is None else [])


@pytest.mark.parametrize(
    ("language", "script", "expression"),
    [("python", "x = a + 1", "=a + 1"), ("", "x = len(items)", "=count(items)"), ("groovy", "x = 1", None),
     ("python", "x = 1\ny = 2", None), ("python", "import os", None)],
)  # fmt: skip
def test_scripts(language: str, script: str, expression: str | None):
    """One assignment is a FEEL script; more would be more than one."""
    body = f'<bpmn:scriptTask id="t" scriptFormat="{language}"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
    imported = convert("p.bpmn", file(line(body)))
    found = read("p.bpmn", imported.diagram).processes[0].nodes["t"].script
    assert (found and (found.expression, found.result_variable)) == (expression and (expression, "x"))
    assert decisions(imported) == ([("keep-script", "t")] if expression is None else [])


def test_instructions_are_documentation():
    """What a person is told stays with the task, after what was there."""
    imported, node = converted(
        "userTask", "", "<spiffworkflow:instructionsForEndUser>Call first</spiffworkflow:instructionsForEndUser>"
    )
    assert (node.documentation, decisions(imported)) == ("Call first", [])


def test_people_as_bpmn_writes_them():
    """A performer and potential owners by name; an expression is left to somebody."""
    owner = "<bpmn:{0}><bpmn:resourceAssignmentExpression><bpmn:formalExpression>{1}</bpmn:formalExpression>"
    owner += "</bpmn:resourceAssignmentExpression></bpmn:{0}>"
    people = owner.format("humanPerformer", "li.wei") + owner.format(
        "potentialOwner", "user(ann), group(sales), finance"
    )
    imported = convert("p.bpmn", file(line(f'<bpmn:userTask id="t">{people}</bpmn:userTask>')))
    found = read("p.bpmn", imported.diagram).processes[0].nodes["t"].assignment
    assert (found.assignee, found.candidate_users, found.candidate_groups) == ("li.wei", "ann", "sales,finance")
    unclear = owner.format("potentialOwner", "${find()}")
    imported = convert("p.bpmn", file(line(f'<bpmn:userTask id="t">{unclear}</bpmn:userTask>')))
    assert decisions(imported) == [("refused", "t")]


def test_what_the_deploy_check_would_refuse_is_asked_about_too():
    """A plain editor leaves out what a service task does: that is a decision like any other, in the check's words."""
    imported = convert("p.bpmn", file(line(task("serviceTask", 'name="Pay"'))))
    (change,) = imported.decisions
    assert (change.code, change.element, change.values["finding"].code) == ("refused", "t", "job-missing")
    assert "Pay" in sentence(change)


def test_comments_that_go_are_told():
    """They are the only thing that a changed file does not keep."""
    data = file(line(task("manualTask")))
    imported = convert("p.bpmn", data.replace(b"<bpmn:process", b"<!-- one --><!-- two\n--><bpmn:process"))
    assert [change.values["count"] for change in imported.changes if change.code == "comments"] == [2]


def test_words_of_an_editor_are_kept_and_told():
    """Colours and metadata change nothing: they stay, in the file and in the list."""
    meta = '<s:meta xmlns:s="http://www.signavio.com" metaKey="bgcolor"/>'
    imported, _ = converted("manualTask", 'xmlns:c="http://colours" c:fill="red"', meta)
    kept = [(change.element, change.values["name"]) for change in imported.changes if change.code == "kept"]
    assert kept == [("t", "c:fill"), ("t", "s:meta")]
    assert b'fill="red"' in imported.diagram
    assert b"bgcolor" in imported.diagram


def test_prefixes_that_only_values_use_stay():
    """``xsd:string`` without its prefix would be a broken file to other tools."""
    item = '<bpmn:itemDefinition xmlns:xsd="http://www.w3.org/2001/XMLSchema" id="i" structureRef="xsd:string"/>'
    data = file(line(task("manualTask")), beside=item).replace(
        b"<bpmn:definitions", b'<bpmn:definitions xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    )
    assert b"xmlns:xsd=" in convert("p.bpmn", data).diagram
