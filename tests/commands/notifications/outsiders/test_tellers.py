"""Every way of telling anybody anything has its outsider: who adds one says here who must not hear."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).resolve().parents[4]
APPS = ("accounts", "api", "bpmn", "config", "crm_core", "notifications", "tasks_inbox", "web", "workflows")
SENDS = frozenset(
    {
        *("nudge", "nudge_all", "group_send", "send_json"),  # hints to open screens
        *("send_mail", "send_mass_mail", "EmailMessage", "EmailMultiAlternatives", "letter_to"),  # letters
        *("audiences.tell", "audiences.tell_person", "audiences.tell_record"),
        *("operations.tell", "outside.post", "sending.request", "HTTPSConnection", "HTTPConnection", "urlopen"),
    }
)
"""What sends, as it is called; plain ``tell`` counts where it is that of `notifications.operations`."""
ITSELF = "sends what others decided: they are in this list"
HINTS = "test_hints_of_a_task_reach_no_outsider"
CUSTOMER = "writes to the customer it is about"
TELLERS = {
    "tasks_inbox.audiences.tell": HINTS,
    "tasks_inbox.audiences.tell_person": "test_who_sent_a_copy_and_may_see_it_no_longer_gets_no_hint",
    "tasks_inbox.audiences.tell_record": "test_screens_of_a_record_are_only_joined_by_who_may_see_it",
    "crm_core.storing._tell_screens": "test_screens_of_a_record_are_only_joined_by_who_may_see_it",
    "notifications.rights.tell_screens": "test_changed_rights_are_told_without_saying_whose",
    "notifications.operations.tell": "test_hints_of_a_task_reach_no_outsider",
    "notifications.observers.observe_work_items": "test_news_of_a_task_reaches_no_outsider",
    "notifications.observers._for_author": "test_whose_act_failed_hears_no_names_once_they_may_not_see_it",
    "notifications.commands.telling.tell_people": "test_processes_tell_only_who_may_see_the_record",
    "notifications.commands.telling.tell_group": "test_processes_tell_only_who_may_see_the_record",
    "notifications.commands.telling.tell_of_promises": "test_promises_are_told_only_to_who_may_see_the_request",
    "notifications.commands.choosing.mark_read": "test_reading_ones_own_news_tells_nobody_else",
    "notifications.letters.bundle": "test_letters_leave_out_what_may_be_seen_no_longer",
    "notifications.letters.send_letter": "test_letters_leave_out_what_may_be_seen_no_longer",
    "notifications.letters.letter_to": ITSELF,
    "notifications.daily._plan_zone": "test_the_daily_letter_names_and_counts_only_what_may_be_seen",
    "notifications.daily.send_daily": "test_the_daily_letter_names_and_counts_only_what_may_be_seen",
    "notifications.bots.listen": "test_bots_post_nothing_an_outsider_would_read",
    "notifications.bots.post": "test_bots_post_nothing_an_outsider_would_read",
    "notifications.push.bundle": "test_pushes_leave_out_what_may_be_seen_no_longer",
    "notifications.push._post": "test_pushes_leave_out_what_may_be_seen_no_longer",
    "notifications.commands.bots.request_test": "test_a_test_of_a_bot_says_nothing_of_anybody",
    "crm_core.interactions.commands.send_letter": CUSTOMER,
    "workflows.nudge.nudge": ITSELF,
    "workflows.nudge._send": ITSELF,
    "workflows.live._send": ITSELF,
}
SOCKETS = "test_sockets_say_only_what_their_person_may_see"
PRESENCE = "test_who_looks_at_a_task_is_told_only_to_who_may_see_it"


def tellers() -> Iterator[str]:
    """Every function that sends, as module.function."""
    for app in APPS:
        for path in sorted((CHECKOUT / app).rglob("*.py")):
            if "migrations" in path.parts or "management" in path.parts:
                continue
            tree = ast.parse(path.read_text())
            module = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
            own_tell = "notifications.operations" in _origin_of(tree, "tell")
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and _sends(function, own_tell):
                    yield f"{module}.{function.name}"


def _origin_of(tree: ast.Module, name: str) -> str:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return next((node.module or "" for node in found if any(each.name == name for each in node.names)), "")


def _sends(function: ast.AST, own_tell: bool) -> bool:
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        called = ast.unparse(call.func)
        last = called.rpartition(".")[2]
        if called in SENDS or last in SENDS or (own_tell and called == "tell"):
            return True
    return False


def names_here() -> Iterator[str]:
    """The tests of this folder."""
    for path in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(path.read_text())
        functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        yield from (function.name for function in functions if function.name.startswith("test_"))


def covered_by_hints(name: str) -> bool:
    """Verbs of tasks tell through `tasks_inbox.audiences`, which decides who hears; `test_tasks` tries them all."""
    return name.startswith("tasks_inbox.") and not name.startswith("tasks_inbox.audiences.")


def test_every_way_of_telling_anybody_has_its_outsider():
    """The consumers of sockets answer their own person only, and are tried as a whole."""
    found = {name for name in tellers() if not covered_by_hints(name)}
    of_sockets = {name for name in found if name.startswith(("notifications.consumers.", "notifications.presence."))}
    assert found - of_sockets - TELLERS.keys() == set(), "a new way of telling people: say here who must not hear"
    assert TELLERS.keys() - found == set(), "a way of telling that is gone"
    tests = {*TELLERS.values(), SOCKETS, PRESENCE} - {ITSELF, CUSTOMER}
    assert tests - set(names_here()) == set()


def test_a_new_way_of_telling_is_found():
    """What keeps the test above from being green for nothing."""
    source = "from notifications.operations import tell\ndef gossip(x):\n    tell(x)\ndef quiet(x):\n    return x\n"
    tree = ast.parse(source)
    own = "notifications.operations" in _origin_of(tree, "tell")
    sending = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _sends(node, own)]
    assert sending == ["gossip"]
