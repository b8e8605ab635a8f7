"""The words of the inbox's filter: what each key and value is called, and what is wrong with a line."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tasks_inbox.querying import LINE_LIMIT, TERM_LIMIT, Problem, Term, values
from tasks_inbox.querying.keys import KEYS
from web import dates

NAMES = {
    "": gettext_lazy("Words"),
    "due": gettext_lazy("Due"),
    "is": gettext_lazy("State"),
    "process": gettext_lazy("Process"),
    "step": gettext_lazy("Step"),
    "customer": gettext_lazy("Customer"),
    "assignee": gettext_lazy("Who has it"),
    "unit": gettext_lazy("Unit"),
    "label": gettext_lazy("Label"),
    "priority": gettext_lazy("Priority"),
    "age": gettext_lazy("Waiting time"),
}
EXAMPLES = {
    "due": "due:<1d",
    "is": "is:unclaimed",
    "process": "process:complaint",
    "step": "step:approve",
    "customer": 'customer:"Lanting Hotels"',
    "assignee": "assignee:me",
    "unit": "unit:HZ",
    "label": "label:urgent",
    "priority": "priority:>50",
    "age": "age:>3d",
}


def chip(term: Term) -> tuple[str, str]:
    """Name and value of a term as people read them."""
    name = str(NAMES[term.key])
    if term.negated:
        name = _("%(name)s is not") % {"name": name}
    return name, value(term)


def value(term: Term) -> str:
    """The value of a term in words: "within 3 d", "before 30 Nov 2026", "late"."""
    said = word_of(term.key, term.value)
    if said:
        return said
    match term.key:
        case "due":
            return _due(term)
        case "age":
            span = _span(term.value)
            if term.compare.startswith("<"):
                return _("less than %(span)s") % {"span": span}
            return _("longer than %(span)s") % {"span": span}
    return f"{term.compare} {term.value}" if term.compare else term.value


def word_of(key: str, value: str) -> str:
    """What a value with a meaning of its own is called; empty for any other."""
    return {
        ("due", "late"): _("late"),
        ("due", "today"): _("today"),
        ("due", "tomorrow"): _("tomorrow"),
        ("due", "week"): _("within 7 days"),
        ("due", "none"): _("without a date"),
        ("is", "unclaimed"): _("taken by nobody"),
        ("is", "claimed"): _("taken"),
        ("is", "overdue"): _("overdue"),
        ("is", "unread"): _("unread"),
        ("assignee", "me"): _("me"),
        ("assignee", "none"): _("nobody"),
    }.get((key, value), "")


def _due(term: Term) -> str:
    if values.duration(term.value) is not None:
        span = {"span": _span(term.value)}
        return _("in more than %(span)s") % span if ">" in term.compare else _("within %(span)s") % span
    found = values.day(term.value) or date.min
    said = {"day": date_format(found, pgettext("date format, day of another year", "j M Y"))}
    match term.compare:
        case "<":
            return _("before %(day)s") % said
        case "<=":
            return _("until %(day)s") % said
        case ">":
            return _("after %(day)s") % said
        case ">=":
            return _("from %(day)s") % said
    return said["day"]


def _span(text: str) -> str:
    found = values.duration(text)
    return dates.span(found) if found else text


def problem(found: Problem) -> str:
    """What is wrong with a part of the line, and what would be right."""
    example = EXAMPLES.get(found.key, "")
    match found.code:
        case "unknown-key":
            name = found.text.lstrip("-").replace("：", ":").partition(":")[0]
            if found.key:
                return _("There is no filter “%(name)s”. Did you mean %(key)s?") % {"name": name, "key": found.key}
            return _("There is no filter “%(name)s”. Put words with a colon between quotes.") % {"name": name}
        case "no-value":
            return _("Say what to look for, such as %(example)s.") % {"example": example}
        case "unclosed":
            return _("The quotation mark is not closed.")
        case "no-compare":
            return _("< and > do not go with this. Write for instance %(example)s.") % {"example": example}
        case "moment":
            return _("This is no time. Write today, week, late, none, a span such as <3d, or a day such as 2026-11-30.")
        case "state":
            return _("A task can be: %(states)s.") % {"states": ", ".join(dict.fromkeys(KEYS["is"].words.values()))}
        case "priority":
            return _("A priority is a whole number, such as priority:>50.")
        case "duration":
            return _("This is no length of time. Write for instance 4h, 3d or 2w.")
        case "too-many":
            return _("Only the first %(count)s conditions are used.") % {"count": TERM_LIMIT}
    return _("The filter is too long: at most %(count)s characters.") % {"count": LINE_LIMIT}
