"""The search box finds plans by title and by number, with their rights."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def found(client, words):
    groups = client.get(reverse("palette"), {"q": words}).json()["groups"]
    return [item["url"] for group in groups for item in group["items"]]


def test_plans_are_found_by_title_and_number(as_, analyst, charlie, plan):
    """Who remembers only a word of the title gives up otherwise; and no stranger may learn that there is one."""
    made = plan(title="Spring fair")
    url = reverse("marketing_plan", args=[made.pk])
    assert url in found(as_(analyst), "spring")
    assert url in found(as_(analyst), made.number)
    assert found(as_(charlie), "spring") == found(as_(charlie), made.number) == []


def test_a_masked_title_is_not_searched(as_, analyst, plan):
    """Finding a plan by a hidden title tells the title."""
    from accounts.models import FieldRule

    plan(title="Spring fair")
    FieldRule.objects.create(kind="marketing_plan", field="title", effect="hidden")
    assert found(as_(analyst), "spring") == []
