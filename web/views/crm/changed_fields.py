"""What changed in words: labels of fields, names of people, units and levels instead of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import OrgUnit, User
from crm_core.customers.queries import shown_fields
from crm_core.history import RecordChange
from crm_core.levels.models import CustomerLevel
from web import dates
from web.components import money
from web.views.crm.words import CODES, choice_words, code_words, day_words, field_label

PEOPLE = frozenset({"owner", "handler", "technician", "requester", "person_complained_about"})
UNITS = frozenset({"org_unit", "responsible_unit"})
LEVELS = frozenset({"level", "from_level", "to_level", "recommended_level"})
DAYS = frozenset({"birth_date", "level_since", "level_valid_until", "level_review_on", "effective_on", "valid_until"})
MONEY = frozenset({"credit_limit", "harm", "compensation", "estimate", "labour_cost", "parts_cost", "charged"})
SILENT = frozenset(
    {"name_pinyin", "id_no_hash", "benefits", "evidence", "evidence_hash", "rounds", "before", "phone_keys"}
)


@dataclass(slots=True)
class Words:
    """Names by id, loaded once for a whole page."""

    people: dict[int, str] = field(default_factory=dict)
    units: dict[Any, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def differences(self, model: type[Model], fields: Mapping[str, Any]) -> list[dict[str, str]]:
        """Rows {name, label, old, new}; sealed or hidden values say so, bookkeeping and bare keys are left out."""
        return [
            {
                "name": name,
                "label": field_label(model, name),
                "old": self._words(model, name, pair[0]),
                "new": _("hidden") if pair == [None, None] else self._words(model, name, pair[1]),
            }
            for name, pair in fields.items()
            if name not in SILENT and isinstance(pair, list) and len(pair) == 2 and not _is_bare_key(model, name)
        ]

    def _words(self, model: type[Model], name: str, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if name in PEOPLE:
            return self.people.get(value, str(value))
        if name in UNITS:
            return self.units.get(value, str(value))
        if name in LEVELS:
            return self.levels.get(value, str(value))
        if name in DAYS:
            return day_words(date.fromisoformat(value))
        if name in MONEY:
            return money(value)
        if isinstance(value, str) and isinstance(_column(model, name), DateTimeField):
            return dates.exact(datetime.fromisoformat(value))
        if name in CODES and isinstance(value, str):
            return code_words(name, value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return ", ".join(str(choice_words(model, name, entry)) for entry in value)
        return str(choice_words(model, name, value))


def words_for(all_fields: Iterable[Mapping[str, Any]]) -> Words:
    """The names these changes speak of: at most three queries, none for what does not occur."""
    wanted: dict[str, set[Any]] = {"people": set(), "units": set(), "levels": set()}
    for fields in all_fields:
        for name, pair in fields.items():
            group = "people" if name in PEOPLE else "units" if name in UNITS else "levels" if name in LEVELS else ""
            if group and isinstance(pair, list):
                wanted[group].update(value for value in pair if value is not None)
    return Words(
        people={person.pk: person.display_name for person in _rows(User, wanted["people"])},
        units={unit.pk: str(unit) for unit in _rows(OrgUnit, wanted["units"])},
        levels={level.pk: str(level) for level in _rows(CustomerLevel, wanted["levels"])},
    )


def changed_since(user: User, record: Any, version: int | None) -> list[dict[str, Any]]:
    """What others changed on a record after the version the person saw: rows {label, old, new, who, at}."""
    rows = RecordChange.objects.filter(
        kind=record.record_kind, record_id=record.pk, record_version__gt=version or 0
    ).select_related("by")
    changes = list(rows.order_by("record_version"))
    words = words_for(change.fields for change in changes)
    return [
        row | {"who": change.by.display_name if change.by else _("System"), "at": change.at}
        for change in changes
        for row in words.differences(type(record), shown_fields(user, change))
    ]


def closed_fields(user: User, kind: str) -> frozenset[str]:
    """The fields a form does not offer this person."""
    return scopes.read_only_for(user, kind)


def _column(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _is_bare_key(model: type[Model], name: str) -> bool:
    """Whether a field points to a record whose name is not looked up here: its key would tell people nothing."""
    return bool(getattr(_column(model, name), "is_relation", False)) and name not in PEOPLE | UNITS | LEVELS


def _rows(model: Any, ids: set[Any]) -> Any:
    return model.objects.filter(pk__in=ids) if ids else ()
