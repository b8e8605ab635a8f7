"""Variables that nothing before can have written are doubted, and none that may be there."""

from __future__ import annotations

import pytest

from bpmn.checking import Catalogue, check
from tests.unit.bpmn.checked import CATCH, W, findings
from tests.unit.bpmn.drawing import (
    chain,
    end,
    file,
    job,
    node,
    start,
)

SCRIPT = '<zeebe:script expression="=1" resultVariable="total"/>'
READ = '<zeebe:ioMapping><zeebe:input source="={}" target="seen"/></zeebe:ioMapping>'
FORMED = '<zeebe:formDefinition formId="f"/>'


@pytest.mark.parametrize(
    ("name", "code"),
    [("total", None), ("totl", "unknown-name-similar"), ("nothing", "unknown-name"), ("late", "unknown-name-later")],
)
def test_a_variable_that_nothing_before_can_have_written_is_doubted(name, code):
    """A slip of the pen reads null for ever; what only a later step writes is as empty."""
    late = SCRIPT.replace("total", "late")
    body = start() + node("scriptTask", "make", "", SCRIPT) + job("use", extensions=READ.format(name)) + end()
    body += node("scriptTask", "after", "", late) + chain("s", "make", "use", "after", "e")
    found = [
        (item.severity, item.code, item.element) for item in findings(body) if item.code.startswith("unknown-name")
    ]
    assert found == ([] if code is None else [(W, code, "use")])


def test_variables_may_come_from_messages_other_processes_loops_and_parallel_branches():
    """Nothing is said where it cannot be known, or is so."""
    read = READ.format("surprise")
    for first in (CATCH, node("callActivity", "c", "", '<zeebe:calledElement processId="other"/>')):
        body = start() + first + job("use", extensions=read) + end() + chain("s", "c", "use", "e")
        assert "use" not in [item.element for item in findings(body) if item.code.startswith("unknown-name")]
    body = start() + node("parallelGateway", "f") + job("use", extensions=READ.format("total")) + end() + end("e2")
    body += node("scriptTask", "make", "", SCRIPT) + chain("s", "f", "use", "e") + chain("f", "make", "e2")
    assert not [item for item in findings(body) if item.code.startswith("unknown-name")]


def test_a_start_form_says_which_variables_there_are():
    """Its fields and no others."""
    form = b'{"id": "f", "components": [{"type": "number", "key": "amount"}]}'
    body = (
        node("startEvent", "s", "", FORMED) + job("use", extensions=READ.format("{}")) + end() + chain("s", "use", "e")
    )
    for name, codes in (("amount", []), ("price", ["unknown-name"])):
        found = check({"p.bpmn": file(body.format(name)), "f.form": form}, Catalogue(standalone=True))
        assert [item.code for item in found if item.code.startswith("unknown-name")] == codes
