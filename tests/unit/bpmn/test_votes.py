"""Votes are counted exactly: against every way the votes still out could fall, and said once more in plain Python."""

import itertools
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

import feel
from bpmn.constants import OWN_FUNCTIONS
from bpmn.votes import ABSTAIN, APPROVE, REJECT, Rule, Terms, exact, result, tally
from feel import FeelError
from tests.unit.engine.drawing import draw, each, end, flow, start, user, xor
from tests.unit.engine.driver import Story
from workflows.engine.api import CompleteStep

AWAY = "away"
SAID = (APPROVE, REJECT, ABSTAIN)


def count(votes, **rule):
    return result(votes, Terms.read(rule))


def by_the_book(said, rule):
    """The result of a vote that is over: ``said`` by person, AWAY for who did not come."""
    weight = {person: Fraction(rule.get("weights", {}).get(person, 1)) for person in said}
    if any(said.get(person) == REJECT for person in rule.get("veto", ())):
        return REJECT
    if sum(word != AWAY for word in said.values()) < rule.get("quorum", 0):
        return REJECT
    yes = [person for person in said if said[person] == APPROVE]
    no = [person for person in said if said[person] == REJECT]
    if rule["rule"] == "all":
        return APPROVE if yes and not no and AWAY not in said.values() else REJECT
    if rule["rule"] == "any":
        return APPROVE if yes else REJECT
    counted = [*yes, *no] if rule.get("base") == "cast" else list(said)
    have, base = sum(weight[person] for person in yes), sum(weight[person] for person in counted)
    if rule["rule"] == "majority":
        if base and have * 2 == base:
            return rule.get("tie", REJECT)
        return APPROVE if have * 2 > base else REJECT
    return APPROVE if have and have >= Fraction(rule["ratio"]) * base else REJECT


def oracle(so_far, people, rule):
    """The one result all ways to go on lead to, None where they differ."""
    left = [person for person in people if person not in so_far]
    ends = {
        by_the_book({**so_far, **dict(zip(left, words, strict=True))}, rule)
        for words in itertools.product((*SAID, AWAY), repeat=len(left))
    }
    return ends.pop() if len(ends) == 1 else None


def random_rule(random, people):
    rule = {"rule": random.choice(["all", "any", "majority", "ratio"]), "of": len(people)}
    if rule["rule"] == "ratio":
        rule["ratio"] = random.choice(["1/2", "2/3", "3/4", "1/3", "1", "0", "3/5"])
    if random.random() < 0.5:
        rule["weights"] = {person: random.choice([0, 1, 1, 2, 3]) for person in people}
    if random.random() < 0.3:
        rule["veto"] = random.sample(people, k=1)
    if random.random() < 0.4:
        rule["quorum"] = random.randint(1, len(people) + 1)
    if random.random() < 0.5:
        rule["base"] = random.choice(["all", "cast"])
    if random.random() < 0.5:
        rule["tie"] = random.choice([APPROVE, REJECT])
    return rule | {"voters": people}


def test_against_every_way_to_go_on():
    random, early = Random(7), 0
    for _number in range(800):
        people = [f"p{number}" for number in range(random.randint(1, 5))]
        rule = random_rule(random, people)
        so_far = {}
        for person in random.sample(people, k=len(people)):
            expected = oracle(so_far, people, rule)
            votes = [{"person": name, "outcome": word} for name, word in so_far.items()]
            found = count(votes + [None] * (len(people) - len(votes)), **rule)
            assert found == expected, (so_far, rule)
            early += found is not None and len(so_far) < len(people)
            so_far[person] = random.choice(SAID)
        votes = [{"person": name, "outcome": word} for name, word in so_far.items()]
        assert count(votes, **rule) == by_the_book(so_far, rule)
        shown = votes[: random.randint(0, len(votes))]
        kept = {vote["person"]: vote["outcome"] for vote in shown}
        over = dict.fromkeys(people, AWAY) | kept
        assert count(shown, **rule, closed=True) == by_the_book(over, rule), (shown, rule)
    assert early > 300


# --- the rules, as people know them ---------------------------------------------------------------------------------


def test_countersign_needs_everybody():
    assert count([APPROVE, None, None], rule="all") is None
    assert count([APPROVE, APPROVE, APPROVE], rule="all") == APPROVE
    assert count([APPROVE, REJECT, None], rule="all") == REJECT
    assert count([APPROVE, ABSTAIN], rule="all") == APPROVE
    assert count([ABSTAIN, ABSTAIN], rule="all") == REJECT


def test_any_one_is_enough():
    assert count([None, APPROVE, None], rule="any") == APPROVE
    assert count([REJECT, REJECT, None], rule="any") is None
    assert count([REJECT, REJECT], rule="any") == REJECT


def test_two_thirds_of_three_is_two():
    for ratio in ("2/3", Decimal(2) / 3, 2 / 3, "66.666666666666666 %"):
        assert count([APPROVE, None, None], rule="ratio", ratio=ratio) is None
        assert count([APPROVE, APPROVE, None], rule="ratio", ratio=ratio) == APPROVE
        assert count([APPROVE, REJECT, REJECT], rule="ratio", ratio=ratio) == REJECT
    assert count([APPROVE, APPROVE, REJECT], rule="ratio", ratio=0.667) == REJECT, "more than two thirds was asked"


def test_a_tie_goes_as_the_rule_says():
    assert count([APPROVE, REJECT], rule="majority") == REJECT
    assert count([APPROVE, REJECT], rule="majority", tie="approve") == APPROVE
    assert count([APPROVE, REJECT, ABSTAIN], rule="majority", base="cast", tie="approve") == APPROVE


def test_a_veto_ends_it_at_once():
    rule = {"rule": "any", "veto": ["boss"], "voters": ["ann", "boss", "cy"]}
    ann, boss = {"person": "ann", "outcome": APPROVE}, {"person": "boss", "outcome": REJECT}
    assert count([ann, None, None], **rule) is None, "the boss has not spoken"
    assert count([ann, boss, None], **rule) == REJECT
    assert count([ann, {**boss, "outcome": ABSTAIN}, None], **rule) == APPROVE


def test_a_quorum_that_cannot_be_reached_rejects_at_once():
    assert count([None, None], rule="any", quorum=3) == REJECT
    assert count([APPROVE, None, None], rule="any", quorum=2) is None
    assert count([APPROVE, ABSTAIN, None], rule="any", quorum=2) == APPROVE
    assert count([APPROVE, None, None], rule="any", quorum=2, closed=True) == REJECT


def test_nobody_votes_twice():
    mine = {"person": "ann", "outcome": APPROVE}
    for_bob = {"person": "bob", "by": "ann", "outcome": APPROVE}
    assert count([mine, for_bob, None], rule="majority") == APPROVE
    assert count([mine, for_bob, None], rule="majority", once=True) is None
    assert count([mine, for_bob, {"person": "cy", "outcome": REJECT}], rule="majority", once=True) == REJECT


def test_without_knowing_whose_votes_are_out_weights_decide_at_the_end():
    heavy = [{"person": "ann", "outcome": APPROVE}]
    assert count([*heavy, None, None], rule="majority", weights={"ann": 9}) is None
    others = [{"person": person, "outcome": REJECT} for person in ("bo", "cy")]
    assert count([*heavy, *others], rule="majority", weights={"ann": 9}) == APPROVE


def test_everybody_may_be_heard_all_the_same():
    assert count([APPROVE, APPROVE, None], rule="majority", early=False) is None
    assert count([APPROVE, APPROVE, REJECT], rule="majority", early=False) == APPROVE


def test_the_tally_says_what_is_needed():
    stands = tally([APPROVE, REJECT, ABSTAIN, None], Terms.read({"rule": "ratio", "ratio": "3/4"}))
    assert (stands.approve, stands.reject, stands.abstain, stands.open, stands.of) == (1, 1, 1, 1, 4)
    assert (stands.needed, stands.weight, stands.result) == (3, 1, REJECT)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"rule": "most"}, "vote.entry-unfit"),
        ({"rule": "ratio", "ratio": "2"}, "vote.entry-unfit"),
        ({"rule": "ratio", "ratio": "1/0"}, "vote.entry-unfit"),
        ({"rule": "ratio", "ratio": True}, "vote.entry-unfit"),
        ({"quorum": "1.5"}, "vote.entry-unfit"),
        ({"quorum": -1}, "vote.entry-unfit"),
        ({"weights": {"a": -1}}, "vote.entry-unfit"),
        ({"weights": 3}, "vote.entry-unfit"),
        ({"veto": [1]}, "vote.entry-unfit"),
        ({"tie": "maybe"}, "vote.entry-unfit"),
        ({"quorom": 3}, "vote.unknown-entry"),
    ],
)
def test_a_wrong_rule_is_named(rule, code):
    with pytest.raises(FeelError) as refused:
        Terms.read(rule)
    assert refused.value.code == code


@pytest.mark.parametrize("votes", [[3], [["approve"]], [None] * 10_001])
def test_what_is_no_vote_is_refused(votes):
    with pytest.raises(FeelError):
        result(votes, Terms())


def test_numbers_are_exact():
    assert exact("2/3") == exact(Decimal(2) / 3) == exact(2 / 3) == Fraction(2, 3)
    assert exact(0.1) == Fraction(1, 10)
    assert exact("12.5 %") == Fraction(1, 8)
    assert Terms.read("any").rule is Rule.ANY


# --- in diagrams ----------------------------------------------------------------------------------------------------


def evaluate(text):
    return feel.compile(text, names=frozenset(OWN_FUNCTIONS)).evaluate({}, functions=OWN_FUNCTIONS)


def test_in_feel():
    assert evaluate('vote result(["approve", "approve", null], {rule: "ratio", ratio: 2/3})').value == APPROVE
    assert evaluate('vote tally(["approve", null], "all").open').value == 1
    wrong = evaluate('vote result(["approve"], {rule: "most"})')
    assert wrong.value is None
    assert [warning.code for warning in wrong.warnings] == ["vote.entry-unfit"]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize(
    ("said", "heard", "way"), [("aa", 2, "yes"), ("ar", 2, None), ("raa", 3, "yes"), ("rr", 2, "no"), ("ara", 3, "yes")]
)
def test_a_vote_ends_a_multi_instance_and_leads_on(said, heard, way, sequential):
    rule = '{rule: "ratio", ratio: 2/3}'
    story = Story(
        draw(
            start(),
            user(
                "vote",
                loop=each(
                    "= people",
                    "who",
                    sequential=sequential,
                    output="= {person: who, outcome: outcome}",
                    collect="votes",
                    until=f"= vote result(votes, {rule}) != null",
                ),
            ),
            xor("x", default="x>no"),
            user("yes"),
            user("no"),
            end(),
            flow("start", "vote", "x", "no", "end"),
            flow("x", "yes", when=f'= vote result(votes, {rule}) = "approve"'),
            flow("yes", "end"),
        ),
        {"people": ["p", "q", "r"]},
    )
    for word in said:
        step = next(step for step in story.steps.values() if step.element == "vote")
        story.do(CompleteStep(step.step, {"outcome": APPROVE if word == "a" else REJECT}))
    assert story.waiting == ([way] if way else ["vote"])
    assert len(said) == heard
