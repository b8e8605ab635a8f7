"""Where personal data is: each area declares its tables here, and who a person is; nothing is found by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Model, Q

from workflows.erasing.person import Person
from workflows.models import ProcessInstance

About = Callable[[Person], Q]


@dataclass(frozen=True)
class PersonalData:
    """A table that may hold personal data.

    ``searched`` columns (text or JSON) lose what names the person; ``about`` gives the rows that are about the
    person, where names count and ``emptied`` columns are cleared when they are about nobody else (``Person.whole``).
    ``hashed`` columns (keys that others chose) become a digest of themselves when they name the person. ``own_way``:
    code of its own erases these columns (histories, the person's own record). ``unlocked_by`` is the setting under
    which the database lets an append-only table be changed.
    """

    model: type[Model]
    area: str
    searched: tuple[str, ...]
    about: About | None = None
    emptied: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    own_way: bool = False
    unlocked_by: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """Everything in it that is looked at."""
        return frozenset((*self.searched, *self.emptied, *self.hashed))


@dataclass(frozen=True)
class Own:
    """Data that is erased by code of its own: ``erase(person, write)`` says how many rows change."""

    area: str
    erase: Callable[[Person, bool], int]


@dataclass(frozen=True)
class Subject:
    """A kind of record that may be a person: how to find one, and how its own row is cleared at last."""

    kind: str
    find: Callable[[str], Person]
    clear: Callable[[Person, str], int]
    remove: Callable[[Person], int] | None = None
    """Rows that are about the person alone and go altogether, with the files beside them; says how many."""
    count_removed: Callable[[Person], int] | None = None
    needed_by: Callable[[Person], list[ProcessInstance]] | None = None
    """The open processes that need the person; without it those about the person's records."""


_tables: dict[type[Model], list[PersonalData]] = {}
_own: list[Own] = []
_spared: dict[type[Model], dict[str, str]] = {}
_subjects: dict[str, Subject] = {}
_bearers: list[Callable[[str], bool]] = []


def personal_data(
    model: type[Model],
    area: str,
    *searched: str,
    about: About | None = None,
    emptied: tuple[str, ...] = (),
    hashed: tuple[str, ...] = (),
    own_way: bool = False,
    unlocked_by: str = "",
) -> None:
    """Declare a table that may hold personal data; see `PersonalData`."""
    declared = PersonalData(model, area, searched, about, emptied, hashed, own_way, unlocked_by)
    _tables.setdefault(model, []).append(declared)


def erased_by(area: str, erase: Callable[[Person, bool], int]) -> None:
    """Declare code that erases what lies in no searchable column; see `Own`."""
    _own.append(Own(area, erase))


def spare(reason: str, fields: Mapping[type[Model], str]) -> None:
    """Declare columns (names by model, with spaces between) that hold no data of a person to be erased, and why."""
    for model, names in fields.items():
        _spared.setdefault(model, {}).update(dict.fromkeys(names.split(), reason))


def subject(
    kind: str,
    *,
    find: Callable[[str], Person],
    clear: Callable[[Person, str], int],
    remove: Callable[[Person], int] | None = None,
    count_removed: Callable[[Person], int] | None = None,
    needed_by: Callable[[Person], list[ProcessInstance]] | None = None,
) -> None:
    """Make a kind of person known: ``find`` takes its number or id and raises RecordNotFound."""
    _subjects[kind] = Subject(kind, find, clear, remove, count_removed, needed_by)


def bearers(bear: Callable[[str], bool]) -> None:
    """Tell whether customers or contacts bear a name or number, also as a part of theirs."""
    _bearers.append(bear)


def is_borne(text: str) -> bool:
    """Whether a customer or contact bears it: an employee's name is then not looked for everywhere."""
    return any(bear(text) for bear in _bearers)


def tables() -> list[PersonalData]:
    """All declared tables."""
    return [declared for found in _tables.values() for declared in found]


def table_of(model: type[Model]) -> PersonalData | None:
    """What was declared of a table whose rows are searched."""
    return next((declared for declared in _tables.get(model, ()) if not declared.own_way), None)


def own() -> list[Own]:
    """What is erased by code of its own."""
    return list(_own)


def accounted_for(model: type[Model]) -> frozenset[str]:
    """The columns of a table of which it was declared what becomes of them."""
    searched = frozenset[str]().union(*(declared.columns for declared in _tables.get(model, ())))
    return searched | frozenset(_spared.get(model, ()))


def spared(model: type[Model]) -> Mapping[str, str]:
    """The columns of a table that hold no data of a person, with the reasons."""
    return dict(_spared.get(model, {}))


def subjects() -> dict[str, Subject]:
    """The kinds of persons by name."""
    return dict(_subjects)
