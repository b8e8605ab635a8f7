"""Built-in functions on texts, and XPath regular expressions."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('substring("foobar", 3)', '"obar"'),
        ('substring("foobar", -2, 1)', '"a"'),
        ('substring("foobar", 0)', "null"),
        ('substring("foobar", 3, 3.8)', '"oba"'),
        ('string length("\\uD83D\\uDC0E\\U01F600")', "2"),
        ('"\\\\u0009"', '"\\\\u0009"'),
        ('substring before("foobar", "bar")', '"foo"'),
        ('substring before("foobar", "xyz")', '""'),
        ('substring after("foobar", "ob")', '"ar"'),
        ('substring after("", "a")', '""'),
        ('split("a;b;;", ";")', '["a", "b", "", ""]'),
        ('split("John Doe", "\\s")', '["John", "Doe"]'),
        ('string join(["a", null, "c"], "-")', '"a-c"'),
        ("string join([1, 2])", "null"),
        ('upper case("straße")', '"STRASSE"'),
        ('contains(null, "a")', "null"),
        ("string(null)", "null"),
        ('string([1, "a", null, {b: @"2024-01-01"}])', '"[1, \\"a\\", null, {b: 2024-01-01}]"'),
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('number("1,000.5", ",", ",")', "null"),
        ('number("1.5.2")', "null"),
    ],
)
def test_texts(text_of, expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abracadabra", "bra", "", "true"),
        ("abracadabra", "^bra", "", "false"),
        ("abc\n", "c$", "", "false"),
        ("a\nb", "a.b", "", "false"),
        ("a\nb", "a.b", "s", "true"),
        ("a\nb", "^b", "m", "true"),
        ("ABC", "abc", "i", "true"),
        ("x[y-z]", "x[y-z]", "q", "true"),
        ("hello world", "he ll o[ ]worl d", "x", "true"),
        ("x", "[A-Z-[OI]]", "i", "true"),
        ("O", "[A-Z-[OI]]", "i", "false"),
        ("中文", "^\\p{IsCJKUnifiedIdeographs}+$", "", "true"),
        ("١", "^\\d$", "", "true"),
        ("a_1", "^\\i\\c*$", "", "true"),
        ("aa", "^(a)\\1$", "", "true"),
        ("ab", "(a)\\2", "", "null"),
        ("a", "[a\\1]", "", "null"),
        ("a", "(?=a)", "", "null"),
        ("a", "a**", "", "null"),
        ("a", "(a", "", "null"),
        ("a", "a", "z", "null"),
        ("-", "[0-9-.]", "", "true"),
        ("a b", "\\S\\s\\S", "", "true"),
        ("~", "[~&|]", "", "true"),
    ],
)
def test_matches(text_of, text, pattern, flags, expected):
    assert text_of("matches(text, pattern, flags)", {"text": text, "pattern": pattern, "flags": flags}) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("abracadabra", "a(.)", "a$1$1", '"abbraccaddabbra"'),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", '"[1=ab][2=]cd"'),
        ("facetiously", "[iouy]", "[$0]", '"facet[i][o][u]sl[y]"'),
        ("aaa", "a", "\\$", '"$$$"'),
        ("abc", "x*", "-", "null"),
        ("abc", "a", "$", "null"),
        ("abc", "(a)", "$12", '"a2bc"'),
    ],
)
def test_replace(text_of, text, pattern, replacement, expected):
    names = {"text": text, "pattern": pattern, "replacement": replacement}
    assert text_of("replace(text, pattern, replacement)", names) == expected
