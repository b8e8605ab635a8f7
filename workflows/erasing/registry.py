"""Where personal data is: each area declares its tables here, and who a person is; nothing is found by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q

from workflows.erasing.person import Person

About = Callable[[Person], Q]


@dataclass(frozen=True)
class PersonalData:
    """A table that may hold personal data.

    ``searched`` columns (text or JSON) lose what names the person; ``about`` gives the rows that are about the
    person, where names count and ``emptied`` columns are cleared when they are about nobody else (``Person.whole``).
    ``cleared`` is told the rows it concerned, for what is kept beside them (files).
    """

    model: type[Model]
    area: str
    searched: tuple[str, ...]
    about: About | None = None
    emptied: tuple[str, ...] = ()
    own_way: bool = False  # erased by code of its own (histories)


@dataclass(frozen=True)
class Subject:
    """A kind of record that may be a person: how to find one, and how its own row is cleared at last."""

    kind: str
    find: Callable[[str], Person]
    clear: Callable[[Person, str], int]
    remove: Callable[[Person], int] | None = None
    """Rows that are about the person alone and go altogether, with the files beside them; says how many."""
    count_removed: Callable[[Person], int] | None = None


_tables: dict[type[Model], PersonalData] = {}
_spared: dict[type[Model], str] = {}
_subjects: dict[str, Subject] = {}


def personal_data(
    model: type[Model],
    area: str,
    *searched: str,
    about: About | None = None,
    emptied: tuple[str, ...] = (),
    own_way: bool = False,
) -> None:
    """Declare a table that may hold personal data; see `PersonalData`."""
    _tables[model] = PersonalData(model, area, searched, about, emptied, own_way)


def spare(reason: str, *models: type[Model]) -> None:
    """Declare tables that hold no data of customers or contacts, and why."""
    _spared.update(dict.fromkeys(models, reason))


def subject(
    kind: str,
    *,
    find: Callable[[str], Person],
    clear: Callable[[Person, str], int],
    remove: Callable[[Person], int] | None = None,
    count_removed: Callable[[Person], int] | None = None,
) -> None:
    """Make a kind of person known: ``find`` takes its number or id and raises RecordNotFound."""
    _subjects[kind] = Subject(kind, find, clear, remove, count_removed)


def tables() -> list[PersonalData]:
    """All declared tables."""
    return list(_tables.values())


def table_of(model: type[Model]) -> PersonalData | None:
    """What was declared of a table."""
    return _tables.get(model)


def spared() -> dict[type[Model], str]:
    """The tables that were declared free of personal data, with the reasons."""
    return dict(_spared)


def subjects() -> dict[str, Subject]:
    """The kinds of persons by name."""
    return dict(_subjects)
