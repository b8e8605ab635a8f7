"""Plausible answers to a task's form: what it asks for, in the words of the case, as its own rules accept them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bpmn import forms
from bpmn.forms import FormRefused
from bpmn.forms.expressions import scope_context
from bpmn.forms.fields import MISSING, Component, children, get, name, put, segments
from bpmn.forms.options import option_values
from bpmn.forms.values import is_empty
from bpmn.forms.vocabulary import (
    CHOICES,
    DATE,
    DATE_TIME,
    INPUTS,
    MULTIPLE_CHOICES,
    TEXTS,
    TIME,
    UTC_NORMALIZED,
    UTC_OFFSET,
)
from config.demo.words import LIKING, OTHERWISE, PHRASES

ROUNDS = 30
DEFAULT_LIKING = 4
EXTRAS = 0.6
"""How often somebody fills in a field that need not be filled in."""
AMOUNTS: Mapping[str, tuple[float, float, float]] = {
    "harm": (100, 900, 50),
    "compensation": (50, 180, 10),
    "amount": (100, 1_800, 50),
    "hours": (0.5, 3, 0.5),
    "percent": (20, 50, 10),
    "score": (3, 5, 1),
    **dict.fromkeys(("rating", "fit", "feasibility", "cost", "risk"), (3, 5, 1)),
    "quantity": (1, 3, 1),
    **dict.fromkeys(("actual_leads", "actual"), (8, 40, 1)),
    "revenue": (20_000, 160_000, 1_000),
}
"""From, to and step of numbers by field."""
AHEAD: Mapping[str, tuple[int, int]] = {"next_from": (1, 9), "next_to": (1, 11), "arrived_at": (0, 0)}
"""Which day from today and at what hour something is agreed; 0, 0 is now."""
DECISIONS = frozenset(
    {"outcome", "decision", "answer", "quote_answer", "call_outcome", "passed", "upheld", "stage", "chosen"}
)
"""What is decided anew each time, whatever was decided before."""
CHANCE_OF_TICK: Mapping[str, float] = {"solved": 0.25, "from_stock": 0.5, "essential": 0.2, "more": 0.5}


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who answers a form of ``element`` in ``language``; ``facts`` are the case's own answers by field."""

    element: str
    language: str
    chance: random.Random
    now: datetime
    facts: Mapping[str, Any]

    def fill(self, form: Component, variables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Answers the form accepts, ``given`` ones first. Raises FormRefused when it accepts none of ours.

        The form itself says what is missing: each round answers what it asks for and drops what it hides.
        """
        fields = dict(_fields(form, ()))
        answers: dict[str, Any] = {}
        for key, value in given.items():
            put(answers, tuple(key.split(".")), value)
        for _round in range(ROUNDS):
            try:
                forms.validate(form, answers, variables, today=self._today())
            except FormRefused as refused:
                if not self._improve(answers, refused, fields, variables):
                    raise
            else:
                return self._with_extras(form, answers, fields, variables)
        raise FormRefused({})

    def _improve(
        self,
        answers: dict[str, Any],
        refused: FormRefused,
        fields: Mapping[str, Component],
        variables: Mapping[str, Any],
    ) -> bool:
        """Answer or drop what was refused; whether anything could be done about it."""
        helped = False
        for key, errors in refused.errors.items():
            top = key.partition("[")[0]
            if top not in fields or errors[0].code in {"hidden", "unknown"}:
                helped = _drop(answers, top) or helped
                continue
            put(answers, tuple(top.split(".")), self._value(top, fields[top], {**variables, **answers}))
            helped = True
        return helped

    def _with_extras(
        self, form: Component, answers: dict[str, Any], fields: Mapping[str, Component], variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Also fill in some of what may be left empty and about which there is something to say."""
        for key, component in fields.items():
            path = tuple(key.split("."))
            sayable = component.get("type") == "checkbox" or self._phrase(key) is not None
            wanted = key in self.facts or (sayable and self.chance.random() < EXTRAS)
            known = get(answers, path) is not MISSING or not is_empty(_shown(variables, path))
            if known or not wanted:
                continue
            more = dict(answers)
            put(more, path, self._value(key, component, {**variables, **answers}))
            try:
                forms.validate(form, more, variables, today=self._today())
            except FormRefused:  # hidden, read-only, or not ours to say
                continue
            answers = more
        return answers

    def _value(self, key: str, component: Component, context: Mapping[str, Any]) -> Any:
        if key in self.facts:
            return self.facts[key]
        kind, shown = str(component.get("type")), get(context, tuple(key.split(".")))
        if key not in DECISIONS and kind != "dynamiclist" and shown is not MISSING and not is_empty(shown):
            return shown
        return _MAKERS[kind](self, key, component, context)

    def choice(self, key: str, component: Component, context: Mapping[str, Any]) -> Any:
        """One of the options, by how people like them; for several boxes each with even odds."""
        options = option_values(component, context, lambda: scope_context(context))
        if component.get("type") in MULTIPLE_CHOICES:
            return [option for option in options if self.chance.random() < 0.5]
        if not options:
            return None
        if context.get("suggested") in options and key == "chosen" and self.chance.random() < 0.8:
            return context["suggested"]
        weights = [LIKING.get(option, DEFAULT_LIKING) if isinstance(option, str) else 1 for option in options]
        return self.chance.choices(options, weights)[0]

    def text(self, key: str, component: Component, context: Mapping[str, Any]) -> str:
        """A sentence that fits the field, no longer than the form takes."""
        words = self._phrase(key) or self.chance.choice(OTHERWISE[self.language])
        limit = (component.get("validate") or {}).get("maxLength")
        return words[:limit] if isinstance(limit, int) else words

    def number(self, key: str, component: Component, context: Mapping[str, Any]) -> float | int:
        """A round number within the form's bounds."""
        rules = component.get("validate") or {}
        low, high, step = AMOUNTS.get(key.rpartition(".")[2], (1, 10, 1))
        low = max(low, _bound(rules.get("min"), low))
        high = max(low, min(high, _bound(rules.get("max"), high)))
        value = low + step * self.chance.randint(0, int((high - low) / step))
        return int(value) if float(value).is_integer() else value

    def tick(self, key: str, component: Component, context: Mapping[str, Any]) -> bool:
        """A tick: always where the form needs one."""
        needed = bool((component.get("validate") or {}).get("required"))
        return needed or self.chance.random() < CHANCE_OF_TICK.get(key, 0.04)

    def moment(self, key: str, component: Component, context: Mapping[str, Any]) -> str:
        """A day or moment from now on, as the form writes it."""
        days, hour = AHEAD.get(key, (self.chance.randint(2, 9), 10))
        local = self.now.astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)
        if hour:
            local = local.replace(hour=hour, minute=0)
        local = local.replace(second=0, microsecond=0)
        return _written(local, str(component.get("subtype", DATE)), str(component.get("timeSerializingFormat")))

    def rows(self, key: str, component: Component, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows there are, or one, with what is missing in them."""
        before = get(context, tuple(key.split(".")))
        rows = [dict(row) for row in before] if isinstance(before, list) and before else [{}]
        for row in rows:
            for field, part in _fields(component, ()):
                known, needed = _shown(row, tuple(field.split("."))), (part.get("validate") or {}).get("required")
                if is_empty(known) and (needed or not before):
                    put(row, tuple(field.split(".")), self._value(field, part, {**context, **row}))
        return rows

    def _phrase(self, key: str) -> str | None:
        known = PHRASES.get(f"{self.element}.{key}") or PHRASES.get(key.rpartition(".")[2])
        return self.chance.choice(known[self.language]) if known else None

    def _today(self) -> date:
        return self.now.astimezone(ZoneInfo("Asia/Shanghai")).date()


Maker = Callable[[Answerer, str, Component, Mapping[str, Any]], Any]
_MAKERS: dict[str, Maker] = {
    **dict.fromkeys(CHOICES, Answerer.choice),
    **dict.fromkeys(TEXTS, Answerer.text),
    "number": Answerer.number,
    "checkbox": Answerer.tick,
    "datetime": Answerer.moment,
    "dynamiclist": Answerer.rows,
}


def _fields(parent: Component, prefix: tuple[str | int, ...]) -> Iterator[tuple[str, Component]]:
    """Everything a person answers, by key; a list is one answer."""
    for child in children(parent):
        path = (*prefix, *segments(child))
        if child.get("type") in INPUTS or child.get("type") == "dynamiclist":
            if path and not child.get("readonly") and not child.get("disabled"):
                yield name(path), child
        else:
            yield from _fields(child, path)


def _shown(variables: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value = get(variables, path)
    return None if value is MISSING else value


def _drop(answers: dict[str, Any], key: str) -> bool:
    *way, last = key.split(".")
    home: Any = answers
    for part in way:
        home = home.get(part) if isinstance(home, dict) else None
    return isinstance(home, dict) and home.pop(last, MISSING) is not MISSING


def _bound(rule: Any, otherwise: float) -> float:
    return float(rule) if isinstance(rule, (int, float)) and not isinstance(rule, bool) else otherwise


def _written(local: datetime, subtype: str, zone: str) -> str:
    moment: datetime = local
    if zone == UTC_NORMALIZED:
        moment = local.astimezone(UTC)
    elif zone != UTC_OFFSET:
        moment = local.replace(tzinfo=None)
    text = moment.isoformat(timespec="minutes").replace("+00:00", "Z")
    parts = {DATE: local.date().isoformat(), TIME: text.partition("T")[2], DATE_TIME: text}
    return parts[subtype]
