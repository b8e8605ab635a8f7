"""The query line of the inbox: what is read, what is written, and where each problem stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_inbox.querying import LINE_LIMIT, TERM_LIMIT, Line, Term, parse, printed, values
from tasks_inbox.querying.keys import KEYS

LETTERS = st.sampled_from(list("dueiscustomer:<>=-\"“”\\ ：019hdw超时今天客户\x00\u3000a.%_'\ud83d\U0001f600"))


def test_it_works():
    line = parse('due:<1d customer:"Acme Ltd" -process:complaint is:unclaimed cooling "east wing"')
    assert line.problems == ()
    assert [(term.key, term.compare, term.value, term.negated) for term in line.terms] == [
        ("due", "<", "1d", False),
        ("customer", "", "Acme Ltd", False),
        ("process", "", "complaint", True),
        ("is", "", "unclaimed", False),
        ("", "", "cooling", False),
        ("", "", "east wing", False),
    ]


@given(st.text(LETTERS, max_size=120))
def test_what_was_read_is_written_so_that_it_reads_back(text):
    line = parse(text)
    written = printed(line)
    if len(written) <= LINE_LIMIT:
        assert parse(written) == line
        assert parse(written).problems == ()


@given(st.text(max_size=500))
def test_every_problem_has_its_place_whatever_is_typed(text):
    for problem in parse(text).problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.code == "too-long" or problem.text == text[problem.start : problem.end]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("due:soon", "moment", (0, 8)),
        ("x due:2026-02-31", "moment", (2, 16)),
        ("due:9999-12-31", "moment", (0, 14)),
        ("due:", "no-value", (0, 4)),
        ("due:<late", "no-compare", (0, 9)),
        ("customer:<Acme", "no-compare", (0, 14)),
        ("is:open-ended", "state", (0, 13)),
        ("priority:high", "priority", (0, 13)),
        ("priority:>99999", "priority", (0, 15)),
        ("age:>soon", "duration", (0, 9)),
        ('customer:"Acme', "unclosed", (0, 14)),
        ('"east wing', "unclosed", (0, 10)),
        ("costumer:Acme", "unknown-key", (0, 13)),
        ("a:b:c", "unknown-key", (0, 5)),
    ],
)
def test_problems_are_told_where_they_stand(text, code, place):
    [problem] = parse(text).problems
    assert (problem.code, (problem.start, problem.end)) == (code, place)


def test_one_problem_does_not_cost_the_rest():
    line = parse("due:today is:nothing process:level")
    assert [term.key for term in line.terms] == ["due", "process"]
    assert [problem.code for problem in line.problems] == ["state"]


def test_a_mistyped_name_is_recognised():
    assert [parse(f"{name}:x").problems[0].key for name in ("prioity", "proces", "cutsomer", "xyz")] == [
        "priority",
        "process",
        "customer",
        "",
    ]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("到期：今天", "due:today"),
        ("到期:<3天", "due:<3天"),
        ("客户：“兰亭 酒店”", 'customer:"兰亭 酒店"'),
        ("状态:未认领 优先级:>50", "is:unclaimed priority:>50"),
        ("处理人：我", "assignee:me"),
        ("-流程:投诉", "-process:投诉"),
    ],
)
def test_both_languages_ask_the_same(chinese, english):
    assert printed(parse(chinese)) == english
    assert parse(chinese) == parse(english)


def test_what_looks_like_syntax_is_quoted():
    terms = (Term("", "-late"), Term("", 'say "so"'), Term("customer", "<b>"), Term("", "12:30"), Term("", "a\\b"))
    assert parse(printed(Line(terms))).terms == terms


def test_hostile_lines_are_bounded():
    assert len(parse("a b " * 5_000).terms) == 2  # the same words once
    many = parse(" ".join(f"w{number}" for number in range(90)))
    assert len(many.terms) == TERM_LIMIT
    assert "too-many" in {problem.code for problem in many.problems}
    assert [problem.code for problem in parse('"' * 10_000).problems] == ["too-long"]
    assert "\0" not in printed(parse("a\0b customer:x\0y"))


def test_a_term_is_taken_away():
    line = parse("due:today acme due:<3d")
    assert printed(line.without(line.terms[0])) == "acme due:<3d"


def test_values():
    assert [values.duration(text) for text in ("90m", "4H", "3天", "1000d", "-1d", "d", "")] == [
        timedelta(minutes=90),
        timedelta(hours=4),
        timedelta(days=3),
        *[None] * 4,
    ]
    assert [values.day(text) for text in ("2026-11-30", "1950-01-01", "2026-1-1")] == [date(2026, 11, 30), None, None]
    assert [values.priority(text) for text in ("0", "50", "32768", "٣")] == [0, 50, None, None]


def test_every_key_can_be_spoken_of():
    from web.inbox_words import EXAMPLES, NAMES

    assert set(KEYS) == set(EXAMPLES) == set(NAMES) - {""}
    assert [example for example in EXAMPLES.values() if parse(example).problems] == []
