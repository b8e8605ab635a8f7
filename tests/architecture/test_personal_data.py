"""Every column with words, JSON, bytes or files says what erasing a person does with it, or why nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from crm_core.interactions.models import Interaction
from workflows.erasing import registry
from workflows.erasing.person import Person, Redaction
from workflows.erasing.rows import changed_values

FREE = (
    *(models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField),
    *(models.GenericIPAddressField, ArrayField, SearchVectorField),
)
PHONE = "13812345678"


def may_hold_a_person(field: models.Field) -> bool:
    """Words somebody wrote, values of any shape, and days such as a birthday; not choices, numbers and moments."""
    is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    return (isinstance(field, FREE) or is_day) and not field.choices and not field.primary_key


def undeclared(known) -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if may_hold_a_person(field) and field.name not in known(model):
                yield f"{model._meta.label}.{field.name}"


def test_every_column_that_may_hold_a_person_is_accounted_for():
    assert list(undeclared(registry.accounted_for)) == []


def test_a_new_column_without_a_declaration_is_told():
    """What keeps the test above from being green for nothing."""

    def forgetful(model):
        return registry.accounted_for(model) - ({"summary"} if model is Interaction else set())

    assert list(undeclared(forgetful)) == ["crm_core.Interaction.summary"]


def test_what_is_declared_is_there():
    """A column that was renamed leaves no declaration behind that declares nothing."""
    gone = []
    for model in apps.get_models():
        for name in registry.accounted_for(model):
            try:
                model._meta.get_field(name)
            except FieldDoesNotExist:
                gone.append(f"{model._meta.label}.{name}")
    assert gone == []


def test_nothing_is_both_looked_at_and_spared():
    twice = [
        f"{table.model._meta.label}.{name}"
        for table in registry.tables()
        for name in table.columns & set(registry.spared(table.model))
    ]
    assert twice == []


def looked_at() -> list[tuple[registry.PersonalData, str]]:
    return [(table, name) for table in registry.tables() if not table.own_way for name in sorted(table.columns)]


@pytest.mark.parametrize(("table", "name"), looked_at(), ids=lambda part: getattr(part, "area", part))
def test_every_column_that_is_looked_at_loses_what_names_the_person(table, name):
    """In the shape the column has; what takes its place fits into it."""
    field = table.model._meta.get_field(name)
    value = values_of(field)
    redaction = Redaction(Person("customer", "1", "C-1", strong=(PHONE,)), about=True)
    changed = changed_values(table, {name: value}, redaction, is_about=True)
    assert PHONE not in str(changed[name])
    assert len(str(changed[name])) <= (getattr(field, "max_length", None) or 1000)


def values_of(field: models.Field) -> object:
    if isinstance(field, models.JSONField):
        return {"said": [PHONE], PHONE: 1}
    if isinstance(field, ArrayField):
        return [PHONE]
    if isinstance(field, models.BinaryField):
        return PHONE.encode()
    return PHONE
