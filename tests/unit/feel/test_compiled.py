"""Compiled expressions: cached, and shared between threads."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import feel
from feel import syntax


def test_the_same_text_is_compiled_once():
    assert feel.compile("a + 1") is feel.compile("a + 1")
    assert feel.compile("a-b") is not feel.compile("a-b", names=frozenset(["a-b"]))


def test_threads_do_not_disturb_one_another():
    expression = feel.compile("sum(for i in 1..n return if i > 5 then i * n else {f: function(x) x + n, r: f(i)}.r)")

    def work(n: int) -> tuple[int, object]:
        return n, expression.evaluate({"n": n}).value

    def expected(n: int) -> int:
        return sum(i * n if i > 5 else i + n for i in range(1, n + 1))

    with ThreadPoolExecutor(8) as pool:
        for n, value in pool.map(work, list(range(1, 40)) * 5):
            assert value == expected(n)


def test_a_function_keeps_the_scope_it_was_made_in():
    made = feel.compile("function(x) x + base").evaluate({"base": 10}).value
    assert made.invoke(feel.Run(), None, [Decimal(5)]) == 15


def test_trees_can_be_built_by_hand():
    node = syntax.ContextLiteral(
        (syntax.ContextEntry("a", syntax.Literal(Decimal(2))),),
        syntax.Arithmetic("*", syntax.Name("a"), syntax.Name("b")),
    )
    assert feel.compile_node(node).evaluate({"b": 3}).value == 6


def test_an_extension_sees_local_names_and_sets_the_input():
    def build(closures):
        value, cell = closures

        def table(frame):
            frame[2] = value(frame)
            return "low" if cell(frame) is True else "high"

        return table

    cell = feel.parse_unary_tests("< limit")
    node = syntax.For(
        (syntax.Iteration("x", feel.parse("[1, 5, 9]")),), syntax.Extension((syntax.Name("x"), cell), build)
    )
    assert feel.compile_node(node).evaluate({"limit": 5}).value == ["low", "high", "high"]


def test_warnings_name_their_source():
    node = syntax.Located(feel.parse("1 / 0"), "Decision_7")
    cause = feel.compile_node(node).evaluate({}).cause
    assert cause is not None
    assert cause.source == "Decision_7"


def test_an_entry_of_a_boxed_context_sees_the_outer_value_of_its_own_name():
    entry = syntax.ContextEntry("a", syntax.Located(feel.parse("a + 1"), "Entry_1"))
    assert feel.compile_node(syntax.ContextLiteral((entry,))).evaluate({"a": 5}).value == {"a": 6}
    assert feel.evaluate("{a: a + 1}.a", {"a": 5}) == 6


def test_equal_texts_give_equal_trees_and_positions():
    tree = feel.parse("a + b * 2")
    assert tree == feel.parse("a + b * 2")
    assert [type(node).__name__ for node in syntax.walk(tree)] == [
        "Arithmetic",
        "Name",
        "Arithmetic",
        "Name",
        "Literal",
    ]


def test_whole_numbers_mean_the_same_on_the_short_way():
    """The short way compares the host's whole numbers as they are: it must not see truth values as numbers."""
    for text in ("a > 5", "a >= 6.0", "a in [6..10]", "a in [1..6]", "a < 1e3", "a in [-1e3..6.00]"):
        expression = feel.compile(text)
        assert expression.evaluate({"a": 6}) == expression.evaluate({"a": feel.from_python(6)}) == (True, ())
        refused = expression.evaluate({"a": True})
        assert refused.value is None
        assert refused.cause is not None
    huge = feel.compile("a > 5 and a in [1..10]").evaluate({"a": 10**40})
    assert huge.value is False
    assert feel.evaluate("a > 1e40", {"a": 10**40}) is False
