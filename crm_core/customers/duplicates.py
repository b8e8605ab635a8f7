"""The warning before a customer is entered twice: same credit code, same phone, or nearly the same name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from rapidfuzz import fuzz

from accounts import scopes
from accounts.models import User
from crm_core.customers import queries, search
from crm_core.customers.models import Customer

CANDIDATES = 200
SIMILAR = 88.0
_LEGAL_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团|公司|\b(co|ltd|inc|llc|corp|corporation|company|limited|gmbh|ag|sa|bv)\b)"
)


class DuplicateRule(StrEnum):
    """Why two customers look like one, surest first."""

    CREDIT_CODE = "credit-code"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Another customer that may be the same one.

    When the person may not see it, only its number and owner are told, so that they can ask: ``name`` is empty.
    """

    id: UUID
    number: str
    name: str
    owner: str
    is_visible: bool
    rule: DuplicateRule
    score: float


def possible_duplicates(
    user: User, *, name: str = "", phones: tuple[str, ...] = (), credit_code: str = "", exclude: UUID | None = None
) -> list[PossibleDuplicate]:
    """Customers anywhere in the company that may be the one being entered, surest first, at most ten."""
    if scopes.mask_for(user, Customer.record_kind) & {"phone", "mobile"}:
        phones = ()
    found: dict[UUID, tuple[DuplicateRule, float, Customer]] = {}
    for other in _candidates(name, phones, credit_code, exclude):
        verdict = _judge(other, name, phones, credit_code)
        if verdict is not None:
            found[other.pk] = (*verdict, other)
    seen = set(Customer.objects.visible_to(user).filter(pk__in=found).values_list("pk", flat=True))
    order = list(DuplicateRule)
    ranked = sorted(found.values(), key=lambda entry: (order.index(entry[0]), -entry[1], entry[2].number))
    return [_told(rule, score, other, other.pk in seen) for rule, score, other in ranked[:10]]


def comparable(name: str) -> str:
    """A company's name without legal form, case, width and punctuation."""
    return re.sub(r"[\W_]+", " ", _LEGAL_FORMS.sub(" ", re.sub(r"[.,]", "", search.folded(name)))).strip()


def _candidates(name: str, phones: tuple[str, ...], credit_code: str, exclude: UUID | None) -> list[Customer]:
    condition = Q()
    if credit_code:
        condition |= Q(credit_code=credit_code)
    keys = [key for phone in phones if (key := search.phone_key(phone))]
    if keys:
        condition |= Q(phone_keys__overlap=keys)
    wanted = comparable(name)
    if wanted:
        condition |= queries.words(search.any_of(wanted))
    if not condition:
        return []
    rows = Customer.objects.filter(condition).exclude(pk__in=[exclude] if exclude else []).select_related("owner")
    return list(rows.order_by("name", "id")[:CANDIDATES])


def _judge(other: Customer, name: str, phones: tuple[str, ...], credit_code: str) -> tuple[DuplicateRule, float] | None:
    if credit_code and other.credit_code == credit_code:
        return DuplicateRule.CREDIT_CODE, 100.0
    if any(key in other.phone_keys for phone in phones if (key := search.phone_key(phone))):
        return DuplicateRule.PHONE, 100.0
    wanted = comparable(name)
    score = max(
        (fuzz.token_sort_ratio(wanted, comparable(text)) for text in (other.name, other.legal_name) if text),
        default=0.0,
    )
    return (DuplicateRule.NAME, score) if wanted and score >= SIMILAR else None


def _told(rule: DuplicateRule, score: float, other: Customer, is_visible: bool) -> PossibleDuplicate:
    owner = other.owner.display_name if other.owner else ""
    return PossibleDuplicate(other.pk, other.number, other.name if is_visible else "", owner, is_visible, rule, score)
