# ruff: noqa: E501 - XML is easier to read in one line
"""Item definitions: values are coerced to the types a model names, or null with a reason."""

import datetime as dt

import pytest

from tests.unit.dmn.build import decision, input_data, load, refused_codes

PERSON = (
    '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)
NUMBERS = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
COLOUR = '<itemDefinition name="tColour"><typeRef>string</typeRef><allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>'
BYTE = '<itemDefinition name="tByte"><typeRef>number</typeRef><allowedValues><text>[0..255]</text></allowedValues></itemDefinition>'
COLOURS = '<itemDefinition name="tColours" isCollection="true"><typeRef>string</typeRef><allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>'
PAIR = '<itemDefinition name="tPair" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>'
TREE = (
    '<itemDefinition name="tTree"><itemComponent name="value"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="branches" isCollection="true"><typeRef>tTree</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("definition", "type_ref", "text", "wanted"),
    [
        ("", "number", "5", 5),
        ("", "number", "[5]", 5),
        ("", "number", '"x"', None),
        ("", "string", "1 + 1", None),
        ("", "date and time", 'date("2026-01-05")', dt.datetime(2026, 1, 5, tzinfo=dt.UTC)),
        (NUMBERS, "tNumbers", "[1, 2]", [1, 2]),
        (NUMBERS, "tNumbers", '[1, "x"]', None),
        (NUMBERS, "tNumbers", "7", [7]),
        (NUMBERS, "tNumbers", "null", None),
        (PERSON, "tPerson", '{name: "Ann", age: 3}', {"name": "Ann", "age": 3}),
        (PERSON, "tPerson", '{name: "Ann", age: 3, city: "Bonn"}', {"name": "Ann", "age": 3, "city": "Bonn"}),
        (PERSON, "tPerson", '{name: "Ann"}', None),
        (PERSON, "tPerson", '{name: "Ann", age: "3"}', None),
        (COLOUR, "tColour", '"red"', "red"),
        (COLOUR, "tColour", '"green"', None),
        (BYTE, "tByte", "255", 255),
        (BYTE, "tByte", "256", None),
        (COLOURS, "tColours", '["red", "red"]', ["red", "red"]),
        (COLOURS, "tColours", '["red", "green"]', None),
        (PAIR, "tPair", "[1, 2]", [1, 2]),
        (PAIR, "tPair", "[1]", None),
        (
            TREE,
            "tTree",
            "{value: 1, branches: [{value: 2, branches: []}]}",
            {"value": 1, "branches": [{"value": 2, "branches": []}]},
        ),
        (TREE, "tTree", '{value: 1, branches: [{value: "x", branches: []}]}', None),
        ("", "Any", '"x"', "x"),
        ("", "integer", "3", 3),
    ],
)
def test_results_are_coerced(definition, type_ref, text, wanted):
    answer = load(definition, decision("d", text, type_ref=type_ref)).evaluate("d")
    assert answer.value == wanted
    if wanted is None and text != "null":
        assert answer.warnings


def test_inputs_are_coerced():
    model = load(PERSON, input_data("who", "tPerson"), decision("d", "who.age", needs=["in:in-who"]))
    assert model.evaluate("d", {"who": [{"name": "Ann", "age": 3}]}).value == 3
    answer = model.evaluate("d", {"who": {"name": 1, "age": 3}})
    assert (answer.value, answer.warnings[0].code) == (None, "dmn.input-mismatch")
    assert answer.warnings[0].values["name"] == "who"


def test_instance_of_item_definitions():
    model = load(PERSON, decision("d", '[{name: "A", age: 1} instance of tPerson, 1 instance of tPerson]'))
    assert model.evaluate("d").value == [True, False]


def test_members_with_operators_in_their_names():
    kind = '<itemDefinition name="t"><itemComponent name="in-stock / open"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    model = load(kind, input_data("x", "t"), decision("d", "x.in-stock / open + 1", needs=["in:in-x"]))
    assert model.evaluate("d", {"x": {"in-stock / open": 4}}).value == 5


def test_a_type_that_is_only_itself_is_refused():
    loop = '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition><itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
    assert "type-cycle" in refused_codes(loop)


def test_unknown_names_and_broken_constraints_are_refused():
    assert "type-unknown" in refused_codes('<itemDefinition name="a"><typeRef>tNone</typeRef></itemDefinition>')
    broken = COLOUR.replace('"red", "blue"', '"red", [')
    assert "feel-syntax" in refused_codes(broken)


def test_table_inputs_and_outputs_are_coerced():
    from tests.unit.dmn.build import table

    model = load(decision("d", table(["x:number"], ["y:string"], ["> 1 -> 5", '<= 1 -> "small"'])))
    assert model.evaluate("d", {"x": [0]}).value == "small"
    assert model.evaluate("d", {"x": 2}).value is None
