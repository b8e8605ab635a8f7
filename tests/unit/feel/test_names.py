"""Names: spaces by themselves, operators and keywords by scope, shadowing."""

import pytest

import feel


@pytest.mark.parametrize(
    ("expression", "context", "expected"),
    [
        ("a-b + 1", {"a": 5, "b": 3}, "3"),
        ("a-b + 1", {"a": 5, "b": 3, "a-b": 10}, "11"),
        ("Pre-Bureau Risk Category", {"Pre-Bureau Risk Category": "low"}, '"low"'),
        ("Approved/Declined = true", {"Approved/Declined": True}, "true"),
        ("Person's description", {"Person's description": "tall"}, '"tall"'),
        ("Extra days case 1 + Extra days case 3", {"Extra days case 1": 1, "Extra days case 3": 3}, "4"),
        ("full   name", {"full name": "Ann"}, '"Ann"'),
        ("values in a list[1]", {"values in a list": [7]}, "7"),
        ('金额 > 100 and 客户 等级 = "金"', {"金额": 200, "客户 等级": "金"}, "true"),
        ("🐎 + 1", {"🐎": 1}, "2"),
        ("order.unit price * 2", {"order": {"unit price": 3}}, "6"),
        ("{unit price: 3, total: unit price * 2}.total", {}, "6"),
        ("{a-b: 1, c: a-b + 1}.c", {}, "2"),
        ("[{a-b: 1}, {a-b: 2}][a-b = 2].a-b[1]", {}, "2"),
        ("for x-y in [1, 2] return x-y * 2", {}, "[2, 4]"),
        ("(function(p-q) p-q + 1)(2)", {}, "3"),
    ],
)
def test_names_lead_to_values(text_of, expression, context, expected):
    assert text_of(expression, context) == expected


def test_an_operator_in_a_member_name_is_found_when_it_is_announced():
    expression = feel.compile("order.a-b", members=frozenset(["a-b"]))
    assert expression.evaluate({"order": {"a-b": 4}}).value == 4


def test_a_function_hides_a_built_in_but_data_does_not(text_of):
    assert text_of("{count: function(x) 99, r: count([1])}.r") == "99"
    assert text_of("count([1])", {"count": 5}) == "1"


def test_built_in_names_with_keywords(text_of):
    assert text_of('date and time("2024-01-01T10:00:00").hour') == "10"
    assert text_of("get or else(null, 1)") == "1"


def test_the_tree_depends_on_the_scope():
    without = feel.parse("a-b")
    assert type(without).__name__ == "Arithmetic"
    within = feel.parse("a-b", names=frozenset(["a-b"]))
    assert type(within).__name__ == "Name"


def test_names_used_lists_what_comes_from_outside():
    node = feel.parse("for i in items return i * rate + count(items) - {a: 1, b: a}.b")
    assert [name.name for name in feel.names_used(node)] == ["items", "rate", "items"]
    assert feel.parse("x  +  rate") is not None
    inside = feel.parse("orders[total > limit and item.paid]")
    assert [name.name for name in feel.names_used(inside)] == ["orders", "total", "limit"]
    assert [name.name for name in feel.names_used(inside, in_filters=False)] == ["orders"]
    assert [name.name for name in feel.names_used(feel.parse("item + partial"))] == ["item", "partial"]
    shadowed = feel.parse("string(number) + date(count)")  # a document has a number; nobody calls it
    assert [name.name for name in feel.names_used(shadowed)] == ["number", "count"]
    (first, second) = feel.names_used(feel.parse("x  +  rate"))
    assert (second.start, second.end) == (6, 10)
    assert first.start == 0
