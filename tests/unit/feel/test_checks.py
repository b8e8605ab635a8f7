"""Static checks: findings as codes with values and positions."""

import pytest

import feel

SCOPE = {"amount": "number", "customer": None, "name": "string", "due": "date", "tags": "list<string>"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('amount > 5 and customer.level = "gold"', []),
        ("amout > 5", ["name.unknown"]),
        ("no such thing(1)", ["function.unknown"]),
        ("substring(name)", ["argument.count"]),
        ("substring(text: name, start position: 1)", ["argument.count"]),
        ("sum(1, 2, 3)", []),
        ('amount > "5"', ["type.conflict"]),
        ("name + 1", ["type.conflict"]),
        ("due + amount", ["type.conflict"]),
        ('due + duration("P1D") > today()', []),
        ("due < now()", ["type.conflict"]),
        ("amount = null", []),
        ('for amount in tags return amount + "x"', []),
        ('tags[item = "x"]', []),
        ("customer.orders[total > 5]", []),
        ("some t in tags satisfies t = missing", ["name.unknown"]),
        ("{a: 1, b: a + x}.b", ["name.unknown"]),
        ("function(x) x + y", ["name.unknown"]),
        ("amount >", ["syntax.expected"]),
        ("(" * 500, ["budget.nesting"]),
        ("is defined(customer)", []),
    ],
)
def test_findings(text, codes):
    assert [finding.code for finding in feel.check(text, SCOPE)] == codes


def test_positions_and_values():
    (finding,) = feel.check("amount > 1 and\n  amout < 5", SCOPE)
    assert (finding.line, finding.column, finding.values) == (2, 3, {"name": "amout"})
    assert str(finding) == "there is no value named amout"


def test_cells_are_checked_too():
    assert feel.check("> 5, [1..amount]", SCOPE, unary=True) == ()
    assert [finding.code for finding in feel.check("> x", SCOPE, unary=True)] == ["name.unknown"]


def test_extensions_are_unknown_to_the_standard():
    assert [f.code for f in feel.check("trim(name)", SCOPE, dialect="standard")] == ["function.unknown"]
    assert feel.compile("trim(name)", dialect="standard").evaluate({"name": " a"}).value is None


def test_host_functions_are_known_by_their_object():
    @feel.host_function("manager of", {"employee": "string"})
    def manager_of(employee: str) -> str:
        return employee

    scope = {**SCOPE, "manager of": manager_of}
    assert feel.check("manager of(name)", scope) == ()
    assert [f.code for f in feel.check("manager of(name, 2)", scope)] == ["argument.count"]
