"""Everything the level processes hold ready for people is reached in a browser, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm_core.levels.commands import request_level_change
from crm_core.levels.models import LevelChange
from tests import crm
from tests.browser.offers import CHINESE, acts, acts_in_addresses, offered
from tests.browser.office import Office
from web.urls_crm import urlpatterns

FOLDER = "customer-level-change"
WORDS = {
    "en": {"hotel": "Lanting", "why": "They open a second house in May.", "no": "Wait for spring."},
    CHINESE: {"hotel": "兰亭酒店", "why": "五月将开设第二家酒店，往来密切，值得提升级别。", "no": "等到春季再说。"},
}


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_everything_is_reached(office_of, language):
    office = office_of(FOLDER, language, "level-review")
    for name in ("alice", "manager", "director", "finance", "data_clerk"):
        office.person(name)
    words = WORDS[language]
    whole_walk(office, words)
    rejected(office, words)
    withdrawn(office, words)
    objected(office, words)
    everything = offered(FOLDER) | acts("level-changes", acts_in_addresses("level-changes", urlpatterns))
    office.close(everything)


def change_of(customer: Any) -> LevelChange:
    return LevelChange.objects.get(customer=customer)


def whole_walk(office: Office, words: dict[str, str]) -> None:
    """Asked for on the card, dates corrected, sent back, asked again, decided by two, applied, taken back."""
    today = office.clock.now()
    asker, manager, director = office.desk("alice"), office.desk("manager"), office.desk("director")
    hotel = crm.customer(office.person("alice"), words["hotel"])
    asker.do(f"/customers/{hotel.pk}/", "level", proposed_level="gold")
    wanted = {"proposed_level": "gold", "reason": "strategic", "justification": words["why"]}
    tomorrow, last = today + timedelta(days=1), today + timedelta(days=300)
    asker.complete("complete-request", {**wanted, "effective_date": last, "valid_until": tomorrow})
    asker.complete("complete-request", {"effective_date": today, "valid_until": last})
    manager.complete("approve", {"decision_reason": words["no"]}, "return")
    asker.complete("complete-request", {"justification": words["why"] * 2})
    manager.complete("approve", {"comment": words["why"]}, "approve")
    director.complete("approve", {}, "approve")
    change = change_of(hotel)
    assert (change.status, change.to_level_id) == ("applied", "gold")
    director.do(f"/level-changes/{change.pk}/", "revoke", reason=words["no"])
    change.refresh_from_db()
    assert change.status == "revoked"


def rejected(office: Office, words: dict[str, str]) -> None:
    """Proposed as recommended, and refused."""
    hotel = crm.customer(office.person("alice"), words["hotel"] * 2)
    crm.orders(hotel, 3, "30000.00", office.clock.now().date() - timedelta(days=9))
    request_level_change(actor=office.person("alice"), customer_id=hotel.pk)
    remarked = {"proposed_level": "silver", "reason": "consumption", "remark": words["why"]}
    office.desk("alice").complete("complete-request", remarked)
    office.desk("manager").complete("approve", {"decision_reason": words["no"]}, "reject")
    assert change_of(hotel).status == "rejected"


def withdrawn(office: Office, words: dict[str, str]) -> None:
    """Taken back by who asked."""
    hotel = crm.customer(office.person("alice"), words["hotel"] * 3)
    change = request_level_change(actor=office.person("alice"), customer_id=hotel.pk)
    office.desk("alice").do(f"/level-changes/{change.pk}/", "withdraw", reason=words["no"])
    assert change_of(hotel).status == "withdrawn"


def objected(office: Office, words: dict[str, str]) -> None:
    """The review lowers a level, the owner objects, and the figures move while the manager decides."""
    hotel = crm.customer(office.person("alice"), words["hotel"] * 4, level="gold")
    manager = office.desk("manager")
    office.desk("operator").do("/processes/level-review/", "start")
    change = change_of(hotel)
    office.desk("alice").do(f"/level-changes/{change.pk}/", "object", reason=words["why"])
    manager.open("approve", change.number)
    crm.orders(hotel, 3, "30000.00", office.clock.now().date() - timedelta(days=9))
    manager.complete("approve", {}, "approve", number=change.number)
    manager.complete("approve", {}, "approve", number=change.number)
    assert change_of(hotel).status == "applied"
