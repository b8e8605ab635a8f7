"""Counting votes: countersign, any one, majority or ratio, with weights, veto, quorum and abstentions, exactly.

Pure: from what was voted so far and a rule to "approve", "reject" or None while the votes that are still out could
change it. Diagrams ask by the FEEL functions ``vote result(votes, rule)`` and ``vote tally(votes, rule)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import feel
from feel import FeelError

APPROVE, REJECT, ABSTAIN = "approve", "reject", "abstain"
LIMIT = 10_000
"""How many votes one rule may count."""
_FINEST = 1000
"""The largest denominator a ratio that was computed (2/3) is taken for."""
_LONG = 12
"""Digits after which a number can only be a computed ratio."""


class Rule(StrEnum):
    """How many approvals it takes."""

    ALL = "all"
    ANY = "any"
    MAJORITY = "majority"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Terms:
    """A rule as it is counted.

    ``ratio`` of the weight of everybody entitled must approve, of the votes cast (without abstentions) where ``cast``;
    a majority is more than half. ``tie`` is what an exact half gives then. ``weights`` by person, 1 for all others;
    who has a ``veto`` and rejects ends it. Fewer than ``quorum`` people present (abstaining counts) approve nothing.
    ``of`` people are entitled, those in ``voters`` if they are named. ``early``: decide as soon as the votes still out
    cannot change it; a veto and an unreachable quorum always do. ``closed``: whoever has not voted stays away.
    ``once``: of several votes of one person (``by``, else ``person``) the first counts.
    """

    rule: Rule = Rule.ALL
    ratio: Fraction = Fraction(1, 2)
    cast: bool = False
    tie: str = REJECT
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    veto: frozenset[str] = frozenset()
    quorum: int = 0
    of: int | None = None
    voters: tuple[str, ...] | None = None
    yes: frozenset[str] = frozenset({APPROVE})
    early: bool = True
    closed: bool = False
    once: bool = False

    @classmethod
    def read(cls, rule: Mapping[str, Any] | str | None) -> Terms:
        """From a rule as a model gives it: a name, or a context. Raises FeelError naming the entry that is wrong."""
        given = {"rule": rule} if isinstance(rule, str) else dict(rule or {})
        unknown = [name for name in given if name not in _READERS]
        if unknown:
            raise FeelError("vote.unknown-entry", entry=unknown[0])
        read: dict[str, Any] = {}
        for name, value in given.items():
            if value is None:
                continue
            try:
                read[name if name != "base" else "cast"] = _READERS[name](value)
            except (ValueError, TypeError, ArithmeticError):
                raise FeelError("vote.entry-unfit", entry=name, value=str(value)[:60]) from None
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Tally:
    """How it stands: people by what they said, those who have not, and the result so far."""

    approve: int
    reject: int
    abstain: int
    open: int
    of: int
    needed: Fraction
    """The weight of approvals it takes, as far as is known."""
    weight: Fraction
    """The weight of the approvals so far."""
    result: str | None


@dataclass(frozen=True, slots=True)
class _Vote:
    person: str
    by: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Count:
    """Weights of what was said, and how many people said anything."""

    approve: Fraction
    reject: Fraction
    abstain: Fraction
    present: int
    approvals: int
    rejections: int
    absent: Fraction = Fraction(0)
    missing: int = 0


def result(votes: Sequence[Any] | None, terms: Terms) -> str | None:
    """ "approve", "reject", or None while it is open. A vote is a text, a context with ``outcome``, or null (open)."""
    return tally(votes, terms).result


def tally(votes: Sequence[Any] | None, terms: Terms) -> Tally:
    """How the vote stands. Raises FeelError for what is no vote."""
    given, dropped = _read(votes or [], terms)
    of = max((terms.of if terms.of is not None else _seats(votes or [], terms)) - dropped, len(given))
    count = _count(given, terms)
    still = _still_out(given, terms, of)
    weight_out = sum(still, Fraction(0)) if still is not None else Fraction(of - len(given))
    total = count.approve + count.reject + count.abstain + weight_out
    return Tally(
        approve=count.approvals,
        reject=count.rejections,
        abstain=count.present - count.approvals - count.rejections,
        open=of - len(given),
        of=of,
        needed=_needed(terms, count, weight_out, total),
        weight=count.approve,
        result=_decided(given, count, still, terms, of),
    )


# --- deciding -------------------------------------------------------------------------------------------------------


def _decided(
    given: Sequence[_Vote], count: _Count, still: Sequence[Fraction] | None, terms: Terms, of: int
) -> str | None:
    if any(vote.person in terms.veto and vote.kind == REJECT for vote in given):
        return REJECT
    if of < terms.quorum:
        return REJECT
    if of == len(given):
        return _final(count, terms)
    if terms.closed:
        return _final(_staying_away(count, still or [Fraction(1)] * (of - len(given))), terms)
    if not terms.early or still is None:
        return None
    # Approving, rejecting and staying away are ordered: between these ends lies everything that may still come.
    best = _final(_all_say(count, still, APPROVE), terms)
    if best == REJECT:
        return REJECT
    entitled = _entitled(terms)
    may_veto = terms.veto if entitled is None else terms.veto & set(entitled)
    veto_out = bool(may_veto - {vote.person for vote in given})
    worst = {_final(_all_say(count, still, REJECT), terms), _final(_staying_away(count, still), terms)}
    return APPROVE if worst == {APPROVE} and not veto_out else None


def _final(count: _Count, terms: Terms) -> str:
    """The result when nobody else votes."""
    if count.present < terms.quorum:
        return REJECT
    approve, against = count.approve, count.reject
    match terms.rule:
        case Rule.ALL:
            return APPROVE if count.approvals and not count.rejections and not count.missing else REJECT
        case Rule.ANY:
            return APPROVE if count.approvals else REJECT
        case Rule.RATIO:
            base = approve + against if terms.cast else approve + against + count.abstain + count.absent
            return APPROVE if base and approve and approve >= terms.ratio * base else REJECT
    base = approve + against if terms.cast else approve + against + count.abstain + count.absent
    if approve * 2 == base and base:
        return terms.tie
    return APPROVE if approve * 2 > base else REJECT


def _all_say(count: _Count, still: Sequence[Fraction], kind: str) -> _Count:
    weight, number = sum(still, Fraction(0)), len(still)
    yes = kind == APPROVE
    return _Count(
        count.approve + (weight if yes else 0),
        count.reject + (0 if yes else weight),
        count.abstain,
        count.present + number,
        count.approvals + (number if yes else 0),
        count.rejections + (0 if yes else number),
    )


def _staying_away(count: _Count, still: Sequence[Fraction]) -> _Count:
    return _Count(
        count.approve,
        count.reject,
        count.abstain,
        count.present,
        count.approvals,
        count.rejections,
        sum(still, Fraction(0)),
        len(still),
    )


def _needed(terms: Terms, count: _Count, out: Fraction, total: Fraction) -> Fraction:
    base = count.approve + count.reject + out if terms.cast else total
    match terms.rule:
        case Rule.ALL:
            return total - count.abstain
        case Rule.ANY:
            return min(total, Fraction(1))
        case Rule.RATIO:
            return terms.ratio * base
    return base / 2


# --- reading votes --------------------------------------------------------------------------------------------------


def _read(votes: Sequence[Any], terms: Terms) -> tuple[list[_Vote], int]:
    """The votes that count, and how many were a second one of the same person."""
    if len(votes) > LIMIT:
        raise FeelError("vote.too-many", limit=LIMIT)
    found, seen, dropped = list[_Vote](), set[str](), 0
    for entry in votes:
        if entry is None:
            continue
        vote = _vote(entry, terms)
        if terms.once and vote.by and vote.by in seen:
            dropped += 1
            continue
        seen.add(vote.by)
        found.append(vote)
    return found, dropped


def _vote(entry: Any, terms: Terms) -> _Vote:
    said = {"outcome": entry} if isinstance(entry, str) else entry
    if not isinstance(said, Mapping):
        raise FeelError("vote.no-vote", value=str(entry)[:60])
    outcome, person = said.get("outcome"), str(said.get("person") or "")
    by = str(said.get("by") or person)
    if isinstance(outcome, str) and outcome in terms.yes:
        return _Vote(person, by, APPROVE)
    return _Vote(person, by, ABSTAIN if outcome in (None, "", ABSTAIN) else REJECT)


def _seats(votes: Sequence[Any], terms: Terms) -> int:
    return len(votes) if terms.voters is None else max(len(votes), len(terms.voters))


def _count(votes: Sequence[_Vote], terms: Terms) -> _Count:
    weights = {APPROVE: Fraction(0), REJECT: Fraction(0), ABSTAIN: Fraction(0)}
    people = dict.fromkeys(weights, 0)
    for vote in votes:
        weights[vote.kind] += terms.weights.get(vote.person, Fraction(1))
        people[vote.kind] += 1
    return _Count(weights[APPROVE], weights[REJECT], weights[ABSTAIN], len(votes), people[APPROVE], people[REJECT])


def _entitled(terms: Terms) -> tuple[str, ...] | None:
    """Who may vote, as far as the rule says so."""
    return terms.voters if terms.voters is not None else tuple(terms.weights) or None


def _still_out(given: Sequence[_Vote], terms: Terms, of: int) -> list[Fraction] | None:
    """The weights of the votes still out; None where nobody said whose they are and it matters."""
    number = of - len(given)
    if not terms.weights or terms.rule in {Rule.ALL, Rule.ANY}:
        return [Fraction(1)] * number
    entitled = _entitled(terms) or ()
    if number == 0:
        return []
    voted = {vote.person for vote in given}
    left = [person for person in entitled if person not in voted]
    return [terms.weights.get(person, Fraction(1)) for person in left] if len(left) == number else None


# --- reading rules --------------------------------------------------------------------------------------------------


def exact(value: Any) -> Fraction:
    """A share or weight exactly: "2/3", "66.7 %", 0.667, and 2/3 as it was computed with many digits."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str):
        text = value.strip()
        if text.endswith("%"):
            return Fraction(Decimal(text[:-1].strip())) / 100
        return Fraction(text)
    number = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    near = number.limit_denominator(_FINEST)
    return near if near != number and abs(near - number) < Fraction(1, 10**_LONG) else number


def _share(value: Any) -> Fraction:
    share = exact(value)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def _weights(value: Any) -> dict[str, Fraction]:
    weights = {str(person): exact(weight) for person, weight in dict(value).items()}
    if any(weight < 0 for weight in weights.values()):
        raise ValueError
    return weights


def _names(value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(name, str) for name in names):
        raise TypeError
    return tuple(dict.fromkeys(names))


def _number(value: Any) -> int:
    number = exact(value)
    if number < 0 or number.denominator != 1 or number > LIMIT:
        raise ValueError
    return int(number)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _base(value: Any) -> bool:
    if value not in {"all", "cast"}:
        raise ValueError
    return bool(value == "cast")


def _tie(value: Any) -> str:
    if value not in {APPROVE, REJECT}:
        raise ValueError
    return str(value)


_READERS: Mapping[str, Any] = {
    "rule": Rule,
    "ratio": _share,
    "base": _base,
    "tie": _tie,
    "weights": _weights,
    "veto": lambda value: frozenset(_names(value)),
    "quorum": _number,
    "of": _number,
    "voters": _names,
    "yes": lambda value: frozenset(_names(value)),
    "early": _yes_or_no,
    "closed": _yes_or_no,
    "once": _yes_or_no,
}
"""The entries of a rule; "base" is "all" (entitled, the default) or "cast"."""


# --- for diagrams ---------------------------------------------------------------------------------------------------


@feel.host_function("vote result", {"votes": "Any?", "rule": "Any?"}, result="string")
def vote_result(votes: Any, rule: Any = None) -> str | None:
    """ "approve" or "reject" as soon as the votes decide by the rule, else null."""
    return result(_list(votes), Terms.read(rule))


@feel.host_function("vote tally", {"votes": "Any?", "rule": "Any?"})
def vote_tally(votes: Any, rule: Any = None) -> dict[str, Any]:
    """How a vote stands: approve, reject, abstain, open, of, needed, result."""
    found = tally(_list(votes), Terms.read(rule))
    return {
        "approve": found.approve,
        "reject": found.reject,
        "abstain": found.abstain,
        "open": found.open,
        "of": found.of,
        "needed": Decimal(found.needed.numerator) / Decimal(found.needed.denominator),
        "result": found.result,
    }


def _list(votes: Any) -> list[Any]:
    if votes is None:
        return []
    return list(votes) if isinstance(votes, list | tuple) else [votes]
