"""Whatever another engine or tool wrote into a file is told: changed, kept or to be decided. Nothing is dropped."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bpmn.checking import Catalogue, Severity, check
from bpmn.importing import Imported, convert
from bpmn.importing.sentences import sentence
from bpmn.reader import read
from tests.unit.importing.foreign import NAMESPACES, diagram

BPMN = f"{{{NAMESPACES['bpmn']}}}"
PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items() if prefix != "bpmn"}
STANDALONE = Catalogue(standalone=True, languages=())
generated = st.randoms(use_true_random=False).map(diagram)
at_length = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def foreign_words(data: bytes) -> Counter[tuple[str, str]]:
    """(id of the BPMN element, prefixed name) of every foreign attribute and of every foreign extension element."""
    found: Counter[tuple[str, str]] = Counter()
    for element in etree.fromstring(data).iter():
        if not str(element.tag).startswith(BPMN):
            parent = element.getparent()
            if str(element.tag)[1:].partition("}")[0] in PREFIXES and str(parent.tag).startswith(BPMN):
                found[owner(parent), named(str(element.tag))] += 1
            continue
        for key in element.attrib:
            if str(key)[1:].partition("}")[0] in PREFIXES:
                found[owner(element), named(str(key))] += 1
    return found


def owner(element: etree._Element) -> str:
    """The id of the nearest element that has one; a flow without an id goes by its ends."""
    while element.get("id") is None and not element.get("sourceRef"):
        parent = element.getparent()
        assert parent is not None
        element = parent
    return element.get("id") or f"{element.get('sourceRef')}-{element.get('targetRef')}"


def named(tag: str) -> str:
    namespace, _, local = tag[1:].partition("}")
    return f"{PREFIXES[namespace]}:{local}"


def told(imported: Imported, *, edits: bool) -> set[tuple[str, str]]:
    """The foreign words that the list speaks of, with their elements: as changed, or as still there."""
    return {
        (change.element or "", word)
        for change in imported.changes
        if change.is_edit is edits
        for word in f"{change.values.get('name', '')} {change.values.get('what', '')}".split()
    }


@at_length
@given(generated)
def test_every_foreign_word_is_in_the_list_with_its_element(data: bytes):
    """What is gone was told as changed, and what is still there as kept or as a decision."""
    imported = convert("p.bpmn", data)
    named = {f"{flow.source}-{flow.target}": flow.id for flow in _process(imported.diagram).flows.values()}
    left, changed, open_ = foreign_words(imported.diagram), told(imported, edits=True), told(imported, edits=False)
    for (element, name), number in foreign_words(data).items():
        word = named.get(element, element), name
        assert left[word] <= number
        assert left[word] == number or word in changed, word
        assert not left[word] or word in open_, word


@at_length
@given(generated)
def test_a_converted_file_is_left_alone(data: bytes):
    """Converting twice is converting once: people run the assistant over a folder again and again."""
    once = convert("p.bpmn", data)
    again = convert("p.bpmn", once.diagram)
    assert again.diagram == once.diagram
    assert not [change for change in again.changes if change.is_edit]


@at_length
@given(generated)
def test_the_deploy_check_refuses_only_what_was_listed_as_open(data: bytes):
    """Whoever has settled the list can deploy; and what nobody settled is refused, not run otherwise."""
    imported = convert("p.bpmn", data)
    undecided = {change.element for change in imported.decisions}
    for finding in check({"p.bpmn": imported.diagram, **imported.forms}, STANDALONE):
        if finding.severity is Severity.ERROR:
            assert {finding.element, finding.values.get("owner")} & undecided, finding
    assert all(sentence(change) for change in imported.changes)


@at_length
@given(generated)
def test_the_flow_stays_as_it_was_drawn(data: bytes):
    """The same elements of the same kinds, named as before and connected as before."""
    before, after = _process(data), _process(convert("p.bpmn", data).diagram)
    assert {key: (node.kind, node.name) for key, node in before.nodes.items()} == {
        key: (node.kind, node.name) for key, node in after.nodes.items()
    }
    assert [(flow.source, flow.target) for flow in before.flows.values()] == [
        (flow.source, flow.target) for flow in after.flows.values()
    ]


def _process(data: bytes):
    return read("p.bpmn", data).processes[0]


def test_the_generated_files_reach_every_part_of_the_assistant():
    """A generator that only makes hopeless files would prove nothing."""
    chance = Random(7)
    seen: Counter[str] = Counter()
    for _ in range(400):
        seen.update(change.code for change in convert("p.bpmn", diagram(chance)).changes)
    assert {
        "converted",
        "mapped",
        "dropped",
        "kept",
        "keep-code",
        "keep-listener",
        "form-made",
        "outputs-only",
    } <= seen.keys()
    assert {
        "flow-named",
        "default-named",
        "drawn",
        "executable",
        "keep-expression",
        "decision-list",
        "refused",
    } <= seen.keys()
