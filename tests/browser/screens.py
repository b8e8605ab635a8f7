"""Every page of the product by the name of its address: who opens it, about what; and what is no page, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm_core.levels.models import LevelCode
from web.views.crm.service_acts import ACTS as REQUEST_ACTS
from web.views.crm.visit_acts import ACTS as VISIT_ACTS

NOBODY = ""


@dataclass(frozen=True)
class Screen:
    """One page as somebody opens it. ``about`` are the parts of its address: names of records, else plain words.

    ``who`` may end with "!" (has just given the password) or "?" (owes the second factor). ``vendor``: drawn by
    somebody else's program, which decides about its words and colours.
    """

    name: str
    who: str
    about: tuple[str, ...] = ()
    query: str = ""
    status: int = 200
    vendor: bool = False

    @property
    def title(self) -> str:
        """What its pictures and findings are called."""
        return "-".join((self.name, *self.about, *([self.query.strip("?")] if self.query else [])))

    def path(self, ids: Mapping[str, Any]) -> str:
        """Its address in a company with these records."""
        return reverse(self.name, args=[ids.get(part, part) for part in self.about]) + self.query


def _all(who: str, *names: str) -> Iterator[Screen]:
    for name in names:
        yield Screen(name, who)


def _about(who: str, record: str, *names: str) -> Iterator[Screen]:
    for name in names:
        yield Screen(name, who, (record,))


SCREENS = (
    # coming in, and what stands outside
    *_all(NOBODY, "account_login", "account_signup", "account_inactive", "account_reset_password"),
    *_all(NOBODY, "account_reset_password_done", "account_reset_password_from_key_done", "offline"),
    Screen("account_reset_password_from_key", NOBODY, ("0", "gone")),
    Screen("account_confirm_email", NOBODY, ("gone",)),
    Screen("account_email_verification_sent", NOBODY),
    *_all("alice", "account_logout", "account_reauthenticate", "account_change_password", "account_email"),
    *_all("alice!", "mfa_index", "mfa_activate_totp", "usersessions_list"),
    *_all("finance!", "mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    Screen("mfa_authenticate", "finance?"),
    Screen("mfa_reauthenticate", "finance"),
    Screen("customer", "charlie", ("customer",), status=404),
    Screen("admin_people", "charlie", status=403),
    # everybody's day
    *(Screen("inbox", "alice", (view,)) for view in ("mine", "groups", "overdue", "today", "done", "started")),
    *(Screen("inbox", "alice", (view,)) for view in ("snoozed", "watching", "asked", "cc")),
    Screen("inbox", "alice", ("mine",), query="?q=priority:%3E10+due:%3C9w&sort=best&group=customer"),
    Screen("inbox", "alice", ("mine",), query="?q=costumer:Lanting"),
    Screen("requests_mine", "alice", query="?show=ended"),
    Screen("inbox", "agent", ("groups",)),
    Screen("inbox", "lawyer", ("mine",)),
    Screen("task", "alice", ("task",)),
    Screen("task", "agent", ("free task",)),
    Screen("approvals", "lawyer"),
    Screen("approvals", "manager"),
    Screen("approval", "manager", ("to approve",)),
    Screen("approval", "marketing_manager", ("plan to approve",)),
    *_all("manager", "team", "team_rebalance", "notifications"),
    *(Screen("notifications", "manager", query=query) for query in ("?show=unread&area=task", "?show=late")),
    Screen("notifications", "designer"),
    *_all("alice", "requests_mine", "search", "profile", "profile_news", "profile_password", "styleguide"),
    *(Screen("search", "alice", query=f"?q={words}") for words in ("Lanting", "zzzz")),
    # customers
    *_all("alice", "customers", "customer_new"),
    *(Screen("customers", "alice", query=query) for query in ("?q=nobody", f"?level={LevelCode.STANDARD}")),
    *(Screen("customer", "alice", (which,)) for which in ("customer", "quiet")),
    *_about("alice", "customer", "customer_edit", "contact_new", "level_change_new", "order_new", "return_visit_new"),
    Screen("customer_transfer", "manager", ("customer",)),
    Screen("contact_edit", "alice", ("contact",)),
    Screen("level_change", "alice", ("proposed",)),
    *_about("alice", "level_change", "level_change", "level_change_withdraw", "level_change_object"),
    Screen("level_change_revoke", "director", ("level_change",)),
    # service
    *_all("agent", "service_requests", "service_request_new", "work_orders", "work_order_new", "return_visits"),
    Screen("service_requests", "charlie"),
    *(Screen("service_request", "service_manager", (which,)) for which in ("request", "complaint")),
    *(Screen("service_act", "service_manager", ("complaint", act)) for act in REQUEST_ACTS),
    Screen("work_order", "dispatcher", ("work_order",)),
    *(Screen("visit_act", "dispatcher", ("work_order", act)) for act in VISIT_ACTS),
    *_about("agent", "return_visit", "return_visit", "return_visit_score", "return_visit_unreachable"),
    # marketing
    *_all("analyst", "marketing_plans", "marketing_plan_new", "marketing_campaigns"),
    *(Screen("marketing_plan", "analyst", (which,)) for which in ("plan", "fair")),
    *_about("analyst", "plan", "marketing_plan_edit"),
    *_about("analyst", "fair", "marketing_plan_budget"),
    *(Screen("marketing_plan_act", "analyst", ("fair", act)) for act in ("book-cost", "withdraw")),
    Screen("marketing_campaign", "analyst", ("campaign",)),
    Screen("marketing_campaign", "analyst", ("campaign",), query="?batch=1"),
    *_all("hq_marketing", "marketing_rules", "marketing_policy_new"),
    Screen("marketing_branch_budget", "hq_marketing", ("HZ",)),
    # processes
    *_all("admin", "processes", "process_upload", "incidents"),
    *(Screen("process", "admin", (key,)) for key in ("customer-level-change", "counting")),
    Screen("process_start", "operator", ("handover",)),
    *(Screen("process_instance", "admin", (which,)) for which in ("run", "stuck run")),
    Screen("process_then", "admin", ("stuck run",)),
    *_about(
        "operator",
        "run",
        "process_modify",
        "process_restart",
        "process_cancel",
        "process_suspend",
        "process_resume",
        "process_values",
    ),
    *_about("operator", "incident", "incident_retry", "incident_resolve"),
    *_about("operator", "handover", "process_hold", "process_go_on", "process_move"),
    Screen("cause_retry", "operator", ("cause",)),
    Screen("batches", "operator"),
    Screen("bulk_act", "operator", ("bulk act",)),
    *_about("operator", "move", "move", "move_undo"),
    Screen("move_undo_one", "operator", ("move", "moved")),
    Screen("stuck", "operator"),
    # administration
    *_all("admin", "admin_people", "admin_units", "admin_rights", "admin_substitutions", "admin_calendars"),
    Screen("admin_retention", "admin"),
    Screen("admin_retention_edit", "admin", ("customer-level-change",)),
    *_all("admin", "admin_queues", "admin_person_new", "admin_unit_new", "admin_substitution_new"),
    Screen("admin_calendar_new", "admin"),
    *_all("admin", "admin_bots", "admin_bot_new"),
    *_about("admin", "bot", "admin_bot_edit", "admin_bot_remove"),
    *_about("admin", "person", "admin_person", "admin_person_edit", "admin_person_move", "admin_person_leave"),
    *_about("admin", "person", "admin_person_return", "admin_person_password", "admin_role_give"),
    *_about("admin", "person", "admin_hand_over"),
    Screen("admin_hand_over_progress", "admin", ("leaver", "hand_over")),
    Screen("admin_role_take", "admin", ("person", "sales", "unit")),
    *_about("admin", "unit", "admin_unit_edit", "admin_unit_head", "admin_unit_calendar", "admin_unit_close"),
    Screen("admin_right_edit", "admin", ("sales", "sales_order", "own")),
    Screen("admin_substitution_end", "admin", ("substitution",)),
    *_about("admin", "calendar", "admin_calendar_edit", "admin_calendar_default", "admin_day_set"),
    Screen("admin_day_remove", "admin", ("calendar", "2026-12-31")),
    Screen("api:docs", NOBODY, vendor=True),
)
POSTED = {  # answer POST only; the test asks each of them
    *("save_preference", "switch_language", "task_opened", "task_attach"),
    *("task_claim", "task_release", "task_complete", "task_draft", "notifications_read", "customer_id_no"),
    *("customer_entry", "start_for_customer", "crm_file_add", "crm_file_remove", "marketing_contact"),
    *("task_restore", "task_keep"),
    *("task_undo", "task_finish", "tasks_undo", "tasks_many"),
    *("incidents_retry", "saved_view_pin", "saved_view_forget", "task_unsign"),
    *("task_unsnooze", "task_follow", "task_unfollow", "task_new_label", "task_forget_label", "task_recall"),
    *("task_copy_read", "task_advise", "task_unask", "approval_seen"),
    *("team_rebalance_now", "team_undo"),
    *("device_allow", "device_remove"),
    *("admin_bot_switch", "admin_bot_test", "admin_bot_retry"),
}
PIECES = {
    "home": "leads to the inbox",
    "administration": "leads to the people",
    "account_set_password": "leads to the change of the password",
    "account_confirm_login_code": "leads to the login: nobody signs in by a code",
    "set_language": "leads back",
    "notification": "leads to what it is about",
    "mfa_download_recovery_codes": "a file",
    "task_file": "a file",
    "crm_file": "a file",
    "service_worker": "a script",
    "styleguide_people": "the answers of a field",
    "people_search": "the answers of a field",
    "customer_find": "the answers of a field",
    "product_find": "the answers of a field",
    "palette": "the answers of the palette",
    "marketing_audience": "a line of the form of a plan",
    "saved_view": "leads to the inbox",
    "save_view": "a dialog of the inbox",
    "inbox_complete": "the answers of a field",
    "inbox_rows": "the list of the inbox, seen there",
    "approval_phrases": "a dialog of an approval",
    "approval_ahead": "the end of the chain, seen beside an approval",
    "approvals_queue": "the next approvals, seen beside one",
    "task_pane": "a task, seen in the inbox",
    "task_diagram": "the diagram of a task, seen in its tab",
    "task_files": "the files of a task, seen in it",
    "task_discussion": "the discussion of a task, seen in its tab",
    "task_comment": "a dialog of a task",
    "task_transfer": "a dialog of a task",
    "task_aside": "what stands beside a task's facts, seen with it",
    "task_words": "the words above the form of a task, seen with it",
    "task_snooze": "a dialog of a task",
    "task_labels": "a dialog of a task",
    "task_priority": "a dialog of a task",
    "task_due": "a dialog of a task",
    "task_delegate": "a dialog of a task",
    "task_hand_back": "a dialog of a task",
    "task_copy": "a dialog of a task",
    "task_urge": "a dialog of a task",
    "task_consult": "a dialog of a task",
    "task_sign": "a dialog of a task",
    "task_return": "a dialog of a task",
    "task_return_preview": "a part of a dialog of a task",
    "task_withdraw": "a dialog of a task",
    "task_reject": "a dialog of a task",
    "request_recall": "a dialog of my requests",
    "tasks_many_ask": "a dialog of the inbox about the picked rows",
    "metrics": "figures for a monitoring program",
    "api:schema": "the description of the API for programs",
}


def names_of_addresses() -> set[str]:
    """The name of every address but those of the API's resources."""
    return set(_names(get_resolver()))


def _names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) != "api/":
                yield from _names(entry)
            else:
                yield from ("api:docs", "api:schema")
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name
