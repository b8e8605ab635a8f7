"""Whatever is thrown at check and forms, the answer is findings or errors, never a crash."""

from __future__ import annotations

import contextlib
import copy
import random
import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.checking import Catalogue, check, is_refused
from bpmn.checking.sentences import sentence
from bpmn.forms import FormRefused, prefill, validate
from bpmn.forms.vocabulary import SUPPORTED
from bpmn.reader import read
from tests.unit.bpmn.drawing import file
from tests.unit.bpmn.right import RIGHT
from tests.unit.bpmn.test_mistakes import WRONG

SEEDS = [file(body).decode() for body in (*RIGHT.values(), *(case[0] for case in WRONG.values()))]
KINDS = ("userTask", "startEvent", "endEvent", "boundaryEvent", "subProcess", "exclusiveGateway", "callActivity")
TEXTS = ('="=x + "', '="=1"', '="${x}"', '="R3/PT1H"', '="a b"', '="-1"', '=""')


def disturb(text: str, chance: random.Random) -> str:
    """One small accident in a file."""
    elements, attributes = list(re.finditer(r"<[^>]*>", text)), list(re.finditer(r'="[^"]*"', text))
    if not elements or not attributes:
        return text
    element, attribute = chance.choice(elements), chance.choice(attributes)
    accident = chance.randrange(5)
    if accident == 0:
        return text[: element.start()] + text[element.end() :]
    if accident == 1:
        return text[: element.start()] + element.group() + text[element.start() :]
    if accident == 2:
        return text[: attribute.start()] + chance.choice(attributes).group() + text[attribute.end() :]
    if accident == 3:
        return text[: attribute.start()] + chance.choice(TEXTS) + text[attribute.end() :]
    return text.replace(f"bpmn:{chance.choice(KINDS)}", f"bpmn:{chance.choice(KINDS)}")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(min_value=1, max_value=6), st.integers())
def test_disturbed_diagrams_are_checked(text, accidents, seed):
    chance = random.Random(seed)
    for _ in range(accidents):
        text = disturb(text, chance)
    findings = check({"x.bpmn": text.encode()}, Catalogue(standalone=True))
    assert all(sentence(item) != item.code for item in findings)
    if not is_refused(findings):
        diagram = read("x.bpmn", text.encode())
        written = re.findall(r"<bpmn:(\w*(?:Task|Event|Gateway|task|subProcess|transaction|callActivity))[ />]", text)
        assert sum(len(process.nodes) for process in diagram.processes) == len(written)


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["a", "2026-01-01", "12:00", "\0", "\ud800"]),
)
NAMES = st.sampled_from(["a", "b", "c", "list", "x"])
DATA = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
FEEL = st.sampled_from(["=a > 3", "=this.b", "=parent.c", "=i[1] = 1", "=sum([a, b])", "=x(", "=", "lit", "=_this_.a"])
KIND = st.sampled_from([*sorted(SUPPORTED), "odd"])
PROPERTIES = {
    "key": st.sampled_from(["a", "b", "a.b", "list", "x.y.z", "", None, 5]),
    "path": st.sampled_from(["list", "x", "", None]),
    "readonly": FEEL | st.booleans(),
    "disabled": FEEL | st.booleans(),
    "conditional": st.fixed_dictionaries({"hide": FEEL}) | PLAIN,
    "validate": st.dictionaries(st.sampled_from(["required", "min", "maxLength", "pattern"]), PLAIN | FEEL) | PLAIN,
    "values": DATA,
    "valuesKey": NAMES | PLAIN,
    "valuesExpression": FEEL,
    "expression": FEEL,
    "subtype": st.sampled_from(["date", "time", "datetime", 3]),
    "timeSerializingFormat": st.sampled_from(["utc_offset", "no_timezone", "utc_normalized", 4]),
    "decimalDigits": PLAIN,
    "increment": PLAIN,
    "serializeToString": st.booleans(),
    "defaultValue": DATA,
    "allowAddRemove": st.booleans(),
}
LEAF = st.fixed_dictionaries({"type": KIND}, optional=PROPERTIES)
COMPONENT = st.recursive(
    LEAF,
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from(["group", "dynamiclist"]), "components": st.lists(inner, max_size=3)},
        optional=PROPERTIES,
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(COMPONENT, max_size=4), st.dictionaries(NAMES, DATA), st.dictionaries(NAMES, DATA))
def test_any_form_and_any_answers(components, answers, variables):
    form = {"id": "f", "components": components}
    before = copy.deepcopy((form, answers, variables))
    seen = prefill(form, variables)
    with contextlib.suppress(FormRefused):
        assert isinstance(validate(form, answers, variables, today=date(2026, 1, 1)), dict)
    assert seen.keys() <= variables.keys()
    assert (form, answers, variables) == before
