"""A marketing plan in words: the tone of its state, and its values with names of people, branches and levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import OrgUnit, User
from crm_core.customers.models import CustomerKind, LifecycleStage, Tag
from crm_core.interactions.models import Channel
from crm_core.levels.models import CustomerLevel
from crm_core.marketing.models import ActivityStage, CampaignStatus, CostCategory, MarketingPlan, PlanStatus
from crm_core.marketing.segments import ONLY_KEY_ACCOUNTS
from web.components import money
from web.views.crm.words import choice_words, day_words

PLAN_TONES: Final[dict[str, str]] = {
    PlanStatus.SUBMITTED: "info",
    PlanStatus.UNDER_REVIEW: "info",
    PlanStatus.REVISION: "warning",
    PlanStatus.APPROVED: "accent",
    PlanStatus.IN_EXECUTION: "accent",
    PlanStatus.COMPLETED: "success",
    PlanStatus.EVALUATED: "success",
    PlanStatus.REJECTED: "danger",
}
CAMPAIGN_TONES: Final[dict[str, str]] = {CampaignStatus.RUNNING: "accent", CampaignStatus.DONE: "success"}
ACTIVITY_TONES: Final[dict[str, str]] = {ActivityStage.IN_PROGRESS: "accent", ActivityStage.DONE: "success"}
EXPECTED: Final = frozenset({"expected_responses", "expected_leads", "expected_revenue", "concession_percent"})
MONEY: Final = frozenset({"budget_total", "expected_revenue"})
DAYS: Final = frozenset({"starts_on", "ends_on"})
YES_NO: Final = frozenset({"uses_hq_brand", "has_prize_draw"})


@dataclass(slots=True)
class Names:
    """Names by code or username, loaded once for a whole page."""

    people: dict[str, User] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def person(self, username: str) -> str:
        """The name of a person; the username itself when nobody has it any more."""
        found = self.people.get(username)
        return found.display_name if found else username

    def words(self, name: str, value: Any) -> str:  # noqa: PLR0911 - one line per kind of value
        """One value of a plan as people read it; "" for nothing."""
        if not value or (name in EXPECTED and Decimal(str(value)) == 0):
            return ""
        if name in MONEY:
            return money(value)
        if name in DAYS:
            return day_words(date.fromisoformat(value))
        if name in YES_NO:
            return _("yes")
        if name == "concession_percent":
            return percent(value)
        if name == "channels":
            return joined(dict(Channel.choices).get(code, code) for code in value)
        if name == "branches":
            return joined(self.branches.get(code, code) for code in value)
        if name == "staff":
            return joined(self.person(username) for username in value)
        return self.segment(value) if name == "segment" else str(choice_words(MarketingPlan, name, value))

    def segment(self, rule: Mapping[str, Any]) -> str:
        """The rule of a segment: "Gold, Platinum · Hotels"."""
        words: dict[str, Mapping[Any, Any]] = {
            "levels": self.levels,
            "stages": dict(LifecycleStage.choices),
            "kinds": dict(CustomerKind.choices),
            "industries": {},
            "areas": {},
            "tags": self.tags,
        }
        parts = [joined(names.get(code, code) for code in rule[key]) for key, names in words.items() if rule.get(key)]
        parts += [_("key accounts only")] if rule.get(ONLY_KEY_ACCOUNTS) else []
        return " · ".join(parts)


def names_for(contents: Iterable[Mapping[str, Any]]) -> Names:
    """The names that snapshots of plans speak of: at most four queries, none for what does not occur."""
    people: set[str] = set()
    wanted: dict[str, set[str]] = {"branches": set(), "levels": set(), "tags": set()}
    for content in contents:
        people.update(content.get("staff") or ())
        people.update(str(row["staff"]) for row in content.get("activities") or () if row.get("staff"))
        wanted["branches"].update(content.get("branches") or ())
        rule = content.get("segment") or {}
        for key in ("levels", "tags"):
            wanted[key].update(rule.get(key) or ())
    return Names(
        people={person.username: person for person in _rows(User, "username", people)},
        branches={unit.code: str(unit) for unit in _rows(OrgUnit, "code", wanted["branches"])},
        levels={level.code: str(level) for level in _rows(CustomerLevel, "code", wanted["levels"])},
        tags={tag.code: str(tag) for tag in _rows(Tag, "code", wanted["tags"])},
    )


def category_words(code: str) -> str:
    """What a kind of cost is called."""
    return str(dict(CostCategory.choices).get(code, code))


def percent(value: Any) -> str:
    """A percentage without needless zeros."""
    try:
        number = Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)
    return _("%(number)s %%") % {"number": f"{number:f}"}


def joined(words: Iterable[Any]) -> str:
    """Words in a row, as the reader's language lists them."""
    return _(", ").join(str(word) for word in words)


def period(starts: str, ends: str) -> str:
    """From one day to another."""
    if not starts and not ends:
        return ""
    return _("%(start)s to %(end)s") % {"start": starts or "–", "end": ends or "–"}


def _rows(model: Any, column: str, codes: set[str]) -> Any:
    return model.objects.filter(**{f"{column}__in": codes}) if codes else ()
