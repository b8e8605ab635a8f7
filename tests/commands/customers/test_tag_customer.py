"""Marking customers with tags."""

from __future__ import annotations

import pytest

from crm_core.customers import commands, queries
from crm_core.customers.commands import tag_customer
from crm_core.customers.models import Tag, TagCategory
from crm_core.exceptions import NotPermitted, RecordNotFound, TooManyTags
from tests.crm import customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def tags():
    hobby = TagCategory.objects.create(code="hobby", name="Hobby", name_zh="爱好", tags_per_customer=2)
    return [Tag.objects.create(code=code, name=code.title(), category=hobby) for code in ("golf", "chess", "tea")]


def test_it_works(alice, tags):
    row = customer(alice)
    tag_customer(actor=alice, customer_id=row.pk, tag_codes=["golf", "chess"])
    assert sorted(row.tags.values_list("code", flat=True)) == ["chess", "golf"]
    assert [found.pk for found in queries.customer_list(alice, tag="golf")] == [row.pk]
    tag_customer(actor=alice, customer_id=row.pk, tag_codes=["tea"])
    assert list(row.tags.values_list("code", flat=True)) == ["tea"]
    assert not queries.find_customers(alice, "golf")


def test_a_category_holds_so_many(alice, tags):
    with pytest.raises(TooManyTags):
        tag_customer(actor=alice, customer_id=customer(alice).pk, tag_codes=["golf", "chess", "tea"])


def test_a_customer_carries_so_many(alice, tags, monkeypatch):
    monkeypatch.setattr(commands, "TAGS_PER_CUSTOMER", 1)
    with pytest.raises(TooManyTags):
        tag_customer(actor=alice, customer_id=customer(alice).pk, tag_codes=["golf", "chess"])


def test_unknown_and_retired_tags_are_refused(alice, tags):
    Tag.objects.filter(code="tea").update(is_active=False)
    for code in ("nothing", "tea"):
        with pytest.raises(RecordNotFound):
            tag_customer(actor=alice, customer_id=customer(alice).pk, tag_codes=[code])


def test_teammates_do_not_tag(alice, bob, tags):
    with pytest.raises(NotPermitted):
        tag_customer(actor=bob, customer_id=customer(alice).pk, tag_codes=["golf"])


def test_the_outsider_finds_nothing(alice, charlie, tags):
    with pytest.raises(RecordNotFound):
        tag_customer(actor=charlie, customer_id=customer(alice).pk, tag_codes=["golf"])
