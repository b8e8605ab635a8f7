"""Without a mouse: Tab goes through a page in the order it is read, and one always sees where one is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from crm_core.levels.commands import request_level_change
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import WorkItem
from tests import crm

MOST_STOPS = 120
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const everything = [...document.querySelectorAll('*')];
  const around = [at, at.parentElement, at.closest('.input, .query, .check, .composer, .fjs-input-group, label')];
  const ringed = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  };
  const shown = around.filter(Boolean).map((each) => each.getBoundingClientRect());
  return {
    place: everything.indexOf(at),
    called: [at.localName, at.id, (at.getAttribute('aria-label') ?? at.innerText ?? '').slice(0, 40)].join(' '),
    ringed: around.filter(Boolean).some(ringed),
    inSight: shown.some((box) => box.width > 3 && box.right > 0 && box.left < innerWidth && box.bottom > 0
      && box.top < innerHeight),
    matches: SELECTORS.filter((selector) => at.matches(selector)),
  };
}"""


@pytest.fixture
def asked(server: Any, alice: Any, manager: Any) -> tuple[Any, Any]:
    """A customer of alice with a level change to complete, and another her manager decides about."""
    crm.deploy("customer-level-change", "level-review")
    made, other = crm.customer(alice), crm.customer(alice, "Qinghe")
    request_level_change(actor=alice, customer_id=made.pk)
    change = request_level_change(actor=alice, customer_id=other.pk)
    item = WorkItem.objects.get(record_id=str(change.pk))
    answers = {"proposed_level": "gold", "reason": "strategic", "justification": "They open a second house in May."}
    complete_work_item(actor=alice, work_item_id=item.pk, answers=answers)
    return made, WorkItem.objects.get(record_id=str(change.pk), element="approve")


def test_tab_goes_through_every_page_in_order_and_is_seen(open_as, alice, manager, asked):
    """A page one falls into, or where one cannot see the focus, cannot be used with the keyboard at all."""
    customer, decision = asked
    task = WorkItem.objects.get(element="complete-request", status="open")
    walks = (
        (None, "/accounts/login/", ("[name=login]", "[name=password]", "form .btn-primary")),
        (alice, "/inbox/mine/", ("#inbox-rows", "#task-form [id]", ".task-foot .btn-primary")),
        (alice, f"/tasks/{task.pk}/", ("[role=tab]", "#task-form [id]", ".task-foot .btn-primary")),
        (alice, f"/customers/{customer.pk}/", (".composer textarea", ".customer-acts .btn-primary")),
        (manager, f"/approvals/{decision.pk}/", ("#task-form textarea", "[data-submits-form].btn-primary")),
    )
    wrong = []
    for person, path, stops in walks:
        page = open_as(person, path)
        if person is not None and "customers" not in path:
            page.locator("#task-form[data-ready]").wait_for()
        gone = walk(page, stops)
        page.context.close()
        wrong += [f"{path}: the focus is not seen on {each['called']}" for each in gone if not each["ringed"]]
        wrong += [f"{path}: out of sight is {each['called']}" for each in gone if not each["inSight"]]
        back = [after["called"] for before, after in pairwise(gone) if after["place"] < before["place"]]
        wrong += [f"{path}: Tab goes back to {each}" for each in back]
        missed = set(stops) - {selector for each in gone for selector in each["matches"]}
        wrong += [f"{path}: never comes to {each}" for each in missed]
    assert not wrong, "\n".join(wrong)


FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  window.getSelection()?.removeAllRanges();
}"""


def walk(page: Any, selectors: tuple[str, ...]) -> list[dict[str, Any]]:
    """Press Tab from the top of the page until it is left; where one came to."""
    page.evaluate(FROM_THE_TOP)
    asked = STOP.replace("SELECTORS", str(list(selectors)))
    gone: list[dict[str, Any]] = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(asked)
        if stop is None or (gone and stop["place"] == gone[0]["place"]):
            return gone
        gone.append(stop)
    raise AssertionError(f"Tab never leaves the page: {[each['called'] for each in gone[-8:]]}")
