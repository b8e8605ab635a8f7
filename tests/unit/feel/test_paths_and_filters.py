"""Reaching into contexts, lists and temporal values."""

import pytest

PEOPLE = {
    "people": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 20}, {"name": "Cy"}],
    "age": 25,
    "index": 2,
    "empty": [],
    "order": {"lines": [{"qty": 2, "tags": ["a", "b"]}, {"qty": 3, "tags": ["c"]}]},
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("people.name", '["Ann", "Bob", "Cy"]'),
        ("people.age", "[30, 20, null]"),
        ("people[1].name", '"Ann"'),
        ("people[-1].name", '"Cy"'),
        ("people[0]", "null"),
        ("people[4]", "null"),
        ("people[index].name", '"Bob"'),
        ("people[age > 25].name", '["Ann"]'),
        ("people[item.age = 20].name", '["Bob"]'),
        ('people[name = "Ann" or age < 25].name', '["Ann", "Bob"]'),
        ("people[true].name", '["Ann", "Bob", "Cy"]'),
        ("people[false]", "[]"),
        ("empty[1]", "null"),
        ("empty[item > 1]", "[]"),
        ("empty[index]", "null"),
        ("[1, 2, 3][item >= index]", "[2, 3]"),
        ("100[1]", "100"),
        ("100[item > 1]", "[100]"),
        ("null[1]", "null"),
        ('[1, 2]["x"]', "null"),
        ("order.lines.qty", "[2, 3]"),
        ("order.lines.tags", '[["a", "b"], ["c"]]'),
        ("order.lines[qty > 2].tags[1][1]", '"c"'),
        ("[[1, 2], [3]][item[1] = 3]", "[[3]]"),
        ("[{x: 1}, {y: 2}][y > 1]", "[{y: 2}]"),
        ("[{x: [1, 2]}, {x: [3]}][x[1] = 3].x", "[[3]]"),
        ("order.nothing", "null"),
        ("null.x", "null"),
        ("people[[item.age][1] = 30].name", '["Ann"]'),
    ],
)
def test_paths_and_filters(text_of, expression, expected):
    assert text_of(expression, PEOPLE) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@"2024-02-29".weekday', "4"),
        ('@"2024-02-29T10:30:15+02:00".time offset', "PT2H"),
        ('@"2024-07-01T10:00:00@Europe/Paris".time offset', "PT2H"),
        ('@"2024-01-01T10:00:00@Europe/Paris".timezone', '"Europe/Paris"'),
        ('@"10:30:15".second', "15"),
        ('@"10:30:15".year', "null"),
        ('@"P1DT2H3M4S".hours', "2"),
        ('@"-P1DT2H".hours', "-2"),
        ('@"P1Y2M".months', "2"),
        ('@"P1Y2M".days', "null"),
    ],
)
def test_properties_of_temporal_values(text_of, expression, expected):
    assert text_of(expression) == expected
