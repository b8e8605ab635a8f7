"""What a file may write differently and means the same: prefixed references, editions of FEEL, documentation."""

import pytest

from bpmn.reader import read
from tests.unit.bpmn.drawing import DECLARED, SIMPLE, boundary, chain, end, event, file, node, start, timer, user


def test_references_may_carry_the_prefix_of_their_namespace():
    """BPMN calls them qualified names: a file that writes them out may not lose its boundary events."""
    body = (
        start()
        + user("a")
        + boundary("late", "tns:a", timer("timeDuration", "PT1H"))
        + boundary("cb", "a", event("compensate"))
        + user("undo", isForCompensation="true")
        + '<bpmn:association id="as" sourceRef="tns:cb" targetRef="tns:undo"/>'
        + node("intermediateThrowEvent", "t", event("compensate", activityRef="tns:a"))
        + node("receiveTask", "r", messageRef="tns:m")
        + end()
        + chain("s", "a", "t", "r", "e")
        + chain("late", "e")
    )
    beside = DECLARED + (
        '<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="tns:p"/><bpmn:participant id="pb"/>'
        '<bpmn:messageFlow id="mf" sourceRef="tns:pb" targetRef="tns:r"/></bpmn:collaboration>'
    )
    diagram = read("x.bpmn", file(body, beside))
    nodes = diagram.processes[0].nodes
    assert not diagram.broken
    assert (nodes["late"].attached_to, nodes["cb"].compensation_handler) == ("a", "undo")
    assert (nodes["t"].event.activity, nodes["r"].event.name) == ("a", "paid")
    assert (diagram.participants, diagram.message_flows) == ({"pa": "p", "pb": ""}, (("pb", "r"),))


def test_a_prefix_makes_no_reference_true():
    diagram = read("x.bpmn", file(SIMPLE + boundary("b", "tns:gone", event("error"))))
    assert diagram.processes[0].nodes["b"].attached_to == "gone"
    flows = chain("s", "u", "e").replace('targetRef="u"', 'targetRef="tns:gone"')
    assert read("x.bpmn", file(start() + user("u") + end() + flows)).processes[0].flows["s_u"].target == "gone"


@pytest.mark.parametrize(
    ("language", "left"),
    [
        ("feel", []),
        ("FEEL", []),
        ("http://www.omg.org/spec/FEEL/20140401", []),
        ("http://www.omg.org/spec/DMN/20180521/FEEL/", []),
        ("https://www.omg.org/spec/DMN/20230324/FEEL/", []),
        ("http://www.w3.org/1999/XPath", ["bpmn:conditionExpression@language"]),
        ("javascript", ["bpmn:conditionExpression@language"]),
    ],
)
def test_every_edition_of_feel_is_feel_and_nothing_else(language, left):
    flow = f'<bpmn:conditionExpression language="{language}">=x</bpmn:conditionExpression>'
    body = SIMPLE.replace("</bpmn:sequenceFlow>", flow + "</bpmn:sequenceFlow>", 1)
    assert [item.tag for item in read("x.bpmn", file(body)).unread] == left


def test_multiplicities_and_conversations_are_documentation():
    beside = DECLARED + (
        '<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="p"><bpmn:participantMultiplicity '
        'maximum="3"/></bpmn:participant><bpmn:conversation id="cv"/></bpmn:collaboration>'
    )
    assert not read("x.bpmn", file(SIMPLE, beside)).unread
