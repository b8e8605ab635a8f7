"""Boxed expressions: each kind is FEEL in a box."""

import pytest

from tests.unit.dmn.build import decision, literal, load, table


def value_of(logic, **inputs):
    return load(decision("d", logic)).evaluate("d", inputs).value


def entry(name, logic, type_ref=""):
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def test_a_context_whose_entries_see_earlier_ones():
    logic = f"<context>{entry('a', literal('1'))}{entry('b', literal('a + 1'))}</context>"
    assert value_of(logic) == {"a": 1, "b": 2}


def test_a_context_with_a_result():
    logic = f"<context>{entry('net price', literal('10'))}{entry('', literal('net price * 2'))}</context>"
    assert value_of(logic) == 20


def test_entry_names_with_operators_are_names_below():
    logic = f"<context>{entry('net-price', literal('10'))}{entry('', literal('net-price - 1'))}</context>"
    assert value_of(logic) == 9


def test_context_entries_are_coerced_to_their_types():
    logic = f"<context>{entry('a', literal('1'), 'string')}{entry('b', literal('[7]'), 'number')}</context>"
    assert value_of(logic) == {"a": None, "b": 7}


def test_a_list():
    assert value_of(f"<list>{literal('1')}{literal('x')}</list>", x=2) == [1, 2]


def test_a_relation():
    columns = '<column name="name"/><column name="age"/>'
    rows = f"<row>{literal(chr(34) + 'Ann' + chr(34))}{literal('30')}</row><row>{literal('x')}{literal('40')}</row>"
    assert value_of(f"<relation>{columns}{rows}</relation>", x="Bo") == [
        {"name": "Ann", "age": 30},
        {"name": "Bo", "age": 40},
    ]


def test_a_function():
    box = f'<functionDefinition><formalParameter name="x" typeRef="number"/>{literal("x + 1")}</functionDefinition>'
    logic = f"<context>{entry('next', box)}{entry('', literal('next(41)'))}</context>"
    assert value_of(logic) == 42


@pytest.mark.parametrize(("condition", "wanted"), [("x > 1", "yes"), ("x < 1", "no"), ("null", "no")])
def test_a_conditional(condition, wanted):
    yes, no = literal('"yes"'), literal('"no"')
    logic = f"<conditional><if>{literal(condition)}</if><then>{yes}</then><else>{no}</else></conditional>"
    assert value_of(logic, x=2) == wanted


def test_a_condition_that_is_no_boolean_makes_the_box_null():
    box = f"<conditional><if>{literal('1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    answer = load(decision("d", box)).evaluate("d")
    assert (answer.value, answer.warnings[-1].code) == (None, "dmn.condition-not-boolean")


def test_a_filter():
    assert value_of(f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > x')}</match></filter>", x=1) == [
        2,
        3,
    ]


def test_a_filter_by_members():
    source = literal("[{age: 1}, {age: 5}]")
    assert value_of(f"<filter><in>{source}</in><match>{literal('age > 2')}</match></filter>") == [{"age": 5}]


def test_a_filter_whose_match_is_no_boolean_is_null():
    source, match = literal("[1, 2]"), literal('if item = 1 then true else "no"')
    answer = load(decision("d", f"<filter><in>{source}</in><match>{match}</match></filter>")).evaluate("d")
    assert (answer.value, answer.warnings[-1].code) == (None, "dmn.condition-not-boolean")


@pytest.mark.parametrize(
    ("kind", "body", "text", "wanted"),
    [
        ("for", "return", "n * 2", [2, 4, 6]),
        ("some", "satisfies", "n > 2", True),
        ("some", "satisfies", "n > 3", False),
        ("every", "satisfies", "n > 0", True),
        ("every", "satisfies", "n > 1", False),
        ("for", "return", "count(partial)", [0, 1, 2]),
    ],
)
def test_iterators(kind, body, text, wanted):
    logic = f'<{kind} iteratorVariable="n"><in>{literal("[1, 2, 3]")}</in><{body}>{literal(text)}</{body}></{kind}>'
    assert value_of(logic) == wanted


@pytest.mark.parametrize("kind", ["some", "every"])
def test_a_quantifier_whose_condition_is_no_boolean_is_null(kind):
    satisfies = literal('if n = 2 then true else "no"')
    box = f'<{kind} iteratorVariable="n"><in>{literal("[1, 2]")}</in><satisfies>{satisfies}</satisfies></{kind}>'
    answer = load(decision("d", box)).evaluate("d")
    assert (answer.value, answer.warnings[-1].code) == (None, "dmn.condition-not-boolean")


def test_a_table_inside_a_context():
    inner = table(["a"], ["y"], ['> 1 -> "big"', '<= 1 -> "small"'])
    assert value_of(f"<context>{entry('a', literal('x'))}{entry('size', inner)}</context>", x=5) == {
        "a": 5,
        "size": "big",
    }


def test_a_table_inside_an_iterator_sees_the_iterator():
    inner = table(["n"], ["y"], ["> 1 -> n * 10", "<= 1 -> n"])
    logic = f'<for iteratorVariable="n"><in>{literal("[1, 2]")}</in><return>{inner}</return></for>'
    assert value_of(logic) == [1, 20]


def test_a_java_function_is_null():
    box = f'<functionDefinition kind="Java">{literal("{class: 1}")}</functionDefinition>'
    logic = f"<context>{entry('f', box)}{entry('', literal('f()'))}</context>"
    assert value_of(logic) is None
