"""Who handles a request: the member of the group with the fitting skill and language who carries the least."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from accounts.models import User
from accounts.queries import group_near, members_of
from crm_core.interactions.letters import language_of
from crm_core.service.models import ServiceRequest

LANGUAGES = {"zh-hans": "chinese", "en": "english"}


def group_at(role: str, request: ServiceRequest) -> str:
    """The candidate group of a role for a request: its branch's, or the role everywhere when the branch has nobody."""
    return group_near(role, request.org_unit)


def best_handler(request: ServiceRequest, group: str, *, excluding: Iterable[str] = ()) -> User | None:
    """The fittest member of a group who can still carry a request; None when nobody can.

    Who was trained for the request's category comes first, then who speaks the customer's language, then who carries
    the least. Never the person complained about, nor anybody in ``excluding`` (usernames). People at their capacity
    are left out. Two queries, whatever the size of the group.
    """
    people = list(_candidates(request, group, frozenset(excluding)))
    language = LANGUAGES.get(language_of(request.customer), "") if request.customer else ""
    return min(people, key=lambda person: _rank(person, request.category, language), default=None)


def _candidates(request: ServiceRequest, group: str, excluding: frozenset[str]) -> Iterable[User]:
    carried = Q(handled_requests__status__in=ServiceRequest.OPEN)
    rows = members_of(group).annotate(load=Count("handled_requests", filter=carried, distinct=True))
    about = request.person_complained_about_id
    return (
        person
        for person in rows
        if person.pk != about and person.username not in excluding and _load(person) < person.capacity
    )


def _rank(person: User, category: str, language: str) -> tuple[bool, bool, int, str]:
    return (
        category not in person.skills,
        bool(language) and language not in person.skills,
        _load(person),
        person.username,
    )


def _load(person: User) -> int:
    return int(getattr(person, "load", 0))
