"""Nobody hears of what they may not see: every way of telling anybody, tried with an outsider on its audience.

``TELLERS`` names every function of the product that sends a hint, stores news, or sends anything outside, with the
tests here that try it. One that is not in it fails the first test: whoever adds a way of telling adds its outsider.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts import commands as organisation
from accounts.models import RoleAssignment, User
from crm_core.customers.commands import transfer_customer
from crm_core.interactions.commands import add_note
from crm_core.service.commands import create_request
from notifications import bots, live_lists, operations, push, queries, rights, screens
from notifications.audience import may_hear
from notifications.commands import (
    BotValues,
    add_bot,
    mark_read,
    subscribe_to_push,
    tell_group,
    tell_of_promises,
    tell_people,
)
from notifications.effects import notify_group, notify_person
from notifications.jobs import carry_out_due, listen_for_bots, mail_unseen, plan_daily_letters, push_unseen
from notifications.models import Bot, BotKind, Notification, Sending, Urgency
from notifications.queries import Show
from tasks_inbox import audiences, commands
from tasks_inbox.models import Consultation, WorkItem
from tests import crm
from tests.commands.notifications.bot_server import bot_server
from tests.commands.notifications.push_service import FakeBrowser, push_service
from tests.support.records import note
from workflows import nudge as nudges
from workflows.models import ProcessInstance
from workflows.steps import StepContext

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).resolve().parent.parent.parent.parent
APPS = ("accounts", "api", "bpmn", "config", "crm_core", "notifications", "tasks_inbox", "web", "workflows")
MORNING = datetime(2026, 1, 6, 0, 30, tzinfo=UTC)  # Tuesday 08:30 in Shanghai

# --- every way of telling anybody ---

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


def covered_by_hints(name: str) -> bool:
    """Verbs of tasks tell through `tasks_inbox.audiences`, which decides who hears; all of them are tried below."""
    return name.startswith("tasks_inbox.") and not name.startswith("tasks_inbox.audiences.")


def test_every_way_of_telling_anybody_has_its_outsider():
    """The consumers of sockets answer their own person only, and are tried as a whole."""
    found = {name for name in tellers() if not covered_by_hints(name)}
    of_sockets = {name for name in found if name.startswith(("notifications.consumers.", "notifications.presence."))}
    assert found - of_sockets - TELLERS.keys() == set(), "a new way of telling people: say here who must not hear"
    assert TELLERS.keys() - found == set(), "a way of telling that is gone"
    here = globals()
    tests = {*TELLERS.values(), SOCKETS, PRESENCE} - {ITSELF, CUSTOMER}
    assert {name for name in tests if not callable(here.get(name))} == set()


def test_a_new_way_of_telling_is_found():
    """What keeps the test above from being green for nothing."""
    source = "from notifications.operations import tell\ndef gossip(x):\n    tell(x)\ndef quiet(x):\n    return x\n"
    tree = ast.parse(source)
    own = "notifications.operations" in _origin_of(tree, "tell")
    sending = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _sends(node, own)]
    assert sending == ["gossip"]


# --- what anybody hears ---


class Ears:
    """Everything an outsider could hear by: groups their screens are in, news, letters, posts, counts."""

    def __init__(self, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
        self.person = person
        self.told: set[str] = set()
        monkeypatch.setattr(audiences, "nudge_all", self._hear)
        for module in (operations, rights):
            monkeypatch.setattr(module, "nudge", lambda groups, message: self._hear([(groups, message)]))

    def _hear(self, hints: Any) -> None:
        for groups, message in hints:
            if message["type"] != "tasks.hint":  # says that some task changed, to screens of who leads a team
                self.told |= set(groups)

    @property
    def hints(self) -> set[str]:
        """Of what was told, what a screen of this person would have heard."""
        found = screens.look_up(self.person.pk, ["team:rows", "record:customer:1"], None)
        return self.told & (found[1] if found else set())

    @property
    def news(self) -> list[str]:
        return list(Notification.objects.filter(user=self.person).values_list("template", flat=True))

    def heard(self) -> list[Any]:
        """Everything; empty for who heard nothing."""
        person = User.objects.get(pk=self.person.pk)
        mail_unseen()
        letters = [letter.body for letter in mail.outbox if person.email in letter.to]
        shown = [entry.text for entry in queries.page(person).entries]
        return [
            *self.hints,
            *self.news,
            *letters,
            *shown,
            *[queries.unread_count(person)] * queries.unread_count(person),
        ]


@pytest.fixture
def ears(charlie, monkeypatch):
    return Ears(charlie, monkeypatch)


@pytest.fixture
def item(ask, alice, bob, manager):
    """A task of Alice's, offered to the sales people of Hangzhou, about a record."""
    made, record = ask(group="sales@HZ", assignee="alice", actor=alice), note("N")
    about = {"record_kind": "test.note", "record_id": str(record.pk), "record_number": "N-1"}
    WorkItem.objects.filter(pk=made.pk).update(**about)
    ProcessInstance.objects.filter(pk=made.instance_id).update(record_kind="test.note", record_id=str(record.pk))
    return WorkItem.objects.get(pk=made.pk)


def _then_urge(item, alice, bob, manager):
    commands.urge_work_item(actor=manager, work_item_id=item.pk)


def _consult(item, alice, bob, manager):
    question = commands.consult(actor=alice, work_item_id=item.pk, person=bob, question="Well?")
    commands.answer_consultation(actor=bob, consultation_id=question.pk, answer="Yes")


def _unask(item, alice, bob, manager):
    question = commands.consult(actor=alice, work_item_id=item.pk, person=bob, question="Well?")
    commands.withdraw_consultation(actor=alice, consultation_id=question.pk)


def _hand_back(item, alice, bob, manager):
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    commands.hand_back_work_item(actor=bob, work_item_id=item.pk)


def _recall(item, alice, bob, manager):
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    commands.recall_work_item(actor=alice, work_item_id=item.pk)


def _comment(item, alice, bob, manager):
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="@charlie @bob look at N-1")


VERBS = {
    "comment": _comment,
    "transfer": lambda item, alice, bob, manager: commands.transfer_work_item(
        actor=alice, work_item_id=item.pk, recipient=bob
    ),
    "release": lambda item, alice, bob, manager: commands.release_work_item(actor=alice, work_item_id=item.pk),
    "complete": lambda item, alice, bob, manager: commands.complete_work_item(
        actor=alice, work_item_id=item.pk, answers={}
    ),
    "copy": lambda item, alice, bob, manager: commands.copy_work_item(actor=alice, work_item_id=item.pk, people=[bob]),
    "follow": lambda item, alice, bob, manager: commands.follow_work_item(actor=manager, work_item_id=item.pk),
    "priority": lambda item, alice, bob, manager: commands.set_priority(
        actor=manager, work_item_id=item.pk, priority=90
    ),
    "due": lambda item, alice, bob, manager: commands.set_due_date(
        actor=manager, work_item_id=item.pk, due_at=MORNING + timedelta(days=9), reason="Later"
    ),
    "snooze": lambda item, alice, bob, manager: commands.snooze_work_item(
        actor=alice, work_item_id=item.pk, until=MORNING + timedelta(days=1)
    ),
    "urge": _then_urge,
    "consult": _consult,
    "unask": _unask,
    "hand back": _hand_back,
    "recall": _recall,
    "climb": lambda item, alice, bob, manager: commands.climb_ladder(work_item_id=item.pk),
}


@pytest.mark.parametrize("verb", VERBS)
def test_hints_of_a_task_reach_no_outsider(item, ears, clock, alice, bob, manager, verb):
    """Neither hint, news, letter nor count; bob, to whom it is offered, does hear something of most of them."""
    VERBS[verb](item, alice, bob, manager)
    clock.advance(timedelta(hours=1))
    assert ears.heard() == []


def test_news_of_a_task_reaches_no_outsider(item, ears, clock, alice, bob, manager):
    """Even where an act names the outsider: the text mentions them, the data of the event point at them."""
    _comment(item, alice, bob, manager)
    assert Notification.objects.filter(user=bob, template="task-mention").exists()
    assert ears.news == []


def test_who_followed_and_lost_the_right_hears_nothing_more(item, ears, clock, alice, charlie, admin):
    """Neither of what comes nor of what they were told before: not in the bell, its count, a letter, or a screen."""
    held = RoleAssignment.objects.create(user=charlie, role_id="sales", unit=alice.org_unit)
    commands.follow_work_item(actor=User.objects.get(pk=charlie.pk), work_item_id=item.pk)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="One")
    assert ears.news == ["task-followed"]
    held.delete()
    ears.told.clear()
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Two")
    clock.advance(timedelta(hours=1))
    mail_unseen()
    person = User.objects.get(pk=charlie.pk)
    assert (ears.hints, ears.news, mail.outbox) == (set(), ["task-followed"], [])
    assert queries.unread_count(person) == 0
    assert queries.page(person, show=Show.UNREAD).entries == ()


def test_who_stood_in_hears_nothing_after_its_end(item, ears, clock, alice, charlie, admin):
    """While she is away he hears of her task; once she is back neither old nor new things are told him."""
    row = organisation.add_substitution(
        actor=admin,
        substituted_id=alice.public_id,
        substitute_id=charlie.public_id,
        starts=clock.now() - timedelta(hours=1),
        ends=clock.now() + timedelta(hours=5),
    )
    tell_people(
        usernames=["charlie"], template="process-news", data={"number": "N-1"}, record_kind="work_item",
        record_id=str(item.pk), key="k",
    )  # fmt: skip
    assert ears.news == ["process-news"]
    assert audiences.cover_group(alice.pk) in screens.look_up(charlie.pk, [], None)[1]
    assert row.pk
    clock.advance(timedelta(hours=6))
    ears.told.clear()
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Back")
    mail_unseen()
    assert ears.hints == set()
    assert [letter for letter in mail.outbox if charlie.email in letter.to] == []
    assert queries.unread_count(User.objects.get(pk=charlie.pk)) == 0


def test_who_was_told_of_a_record_that_was_handed_over_reads_it_no_longer(clock, client, alice, bob, manager):
    """The customer goes to Bob: what Alice was told of it is neither listed, counted, mailed nor opened."""
    customer = crm.customer(alice)
    about = {"record_kind": "customer", "record_id": str(customer.pk)}
    assert tell_people(usernames=["alice"], template="process-news", data={"number": customer.number}, key="k", **about)
    fresh = User.objects.get(pk=alice.pk)
    assert queries.unread_count(fresh) == 1
    transfer_customer(actor=manager, customer_id=customer.pk, owner=bob)
    RoleAssignment.objects.filter(user=alice).delete()
    fresh = User.objects.get(pk=alice.pk)
    assert not may_hear(fresh, ("customer", str(customer.pk)))
    assert (queries.unread_count(fresh), queries.page(fresh).entries) == (0, ())
    clock.advance(timedelta(hours=1))
    mail_unseen()
    assert mail.outbox == []
    client.force_login(fresh)
    row = Notification.objects.get(user=alice)
    assert client.get(reverse("notification", args=[row.pk])).status_code == 404
    assert customer.number not in client.get(reverse("notifications")).content.decode()


def test_what_is_over_is_said_without_a_name(item, client, alice, bob, manager, charlie):
    """Who was asked for an opinion may see the task no longer: they hear that it is over, not of what."""
    assert Consultation.objects.count() == 0
    outsider = charlie
    row = Notification.objects.create(
        user=outsider,
        template="task-unasked",
        data={"task": "Secret plan", "number": "N-1"},
        subject_kind="work_item",
        subject_id=str(item.pk),
        created_at=item.created_at,
    )
    [entry] = queries.page(outsider).entries
    assert "Secret plan" not in entry.text
    client.force_login(outsider)
    assert client.get(reverse("notification", args=[row.pk]))["Location"] == reverse("notifications")


def test_whose_act_failed_hears_no_names_once_they_may_not_see_it(item, ears, alice, charlie):
    """Their answers are kept, so they hear that much; of the task they hear nothing."""
    Notification.objects.create(
        user=charlie,
        template="task-not-finished",
        data={"task": "Secret", "number": "N-1", "reason": "Gone"},
        subject_kind="work_item",
        subject_id=str(item.pk),
        created_at=item.created_at,
    )
    said = screens.failure(charlie, str(item.pk))
    assert "answers are kept" in said
    assert not [secret for secret in ("Secret", "N-1", "Gone") if secret in said]


def test_who_sent_a_copy_and_may_see_it_no_longer_gets_no_hint(item, ears, alice, bob, charlie):
    """Bob reads what Charlie had sent him."""
    commands.copy_work_item(actor=alice, work_item_id=item.pk, people=[bob])
    item.copies.update(by=charlie)
    ears.told.clear()
    commands.mark_copy_read(actor=bob, work_item_id=item.pk)
    assert audiences.user_group(bob.pk) in ears.told
    assert ears.hints == set()


# --- what processes and jobs say ---


def _step(kind: str, record_id: str) -> StepContext:
    return StepContext(
        instance_id="00000000-0000-0000-0000-000000000001", process_key="p", number="N-1", element="e", step="1",
        loop=1, now=MORNING, actor=None, record_kind=kind, record_id=record_id,
    )  # fmt: skip


@pytest.mark.parametrize("urgency", Urgency.values)
def test_processes_tell_only_who_may_see_the_record(ears, alice, charlie, urgency):
    customer = crm.customer(alice)
    about = {"data": {}, "record_kind": "customer", "record_id": str(customer.pk), "urgency": urgency}
    tell_people(usernames=["alice", "charlie"], template="complaint-late", key="a", **about)
    tell_group(group_key="sales", template="complaint-late", key="b", **about)
    step = _step("customer", str(customer.pk))
    notify_person(step, to=["alice", "charlie"], template="own", urgency=urgency)
    notify_group(step, to="sales@SH", template="own", urgency=urgency)
    assert Notification.objects.filter(user=alice).exists()
    assert (ears.hints, ears.news) == (set(), [])


def test_a_record_of_an_unknown_kind_is_told_to_nobody(alice):
    about = {"data": {}, "record_kind": "no.such", "record_id": "1", "key": "k"}
    assert tell_people(usernames=["alice"], template="complaint-late", **about) == 0


def test_promises_are_told_only_to_who_may_see_the_request(ears, clock, alice, agent, charlie):
    """Charlie handles it in name only."""
    request = create_request(actor=agent, kind="fault", subject="Secret", customer_id=crm.customer(alice).pk)
    type(request).objects.filter(pk=request.pk).update(
        handler=charlie, resolve_due=clock.now() - timedelta(hours=1), first_response_due=None
    )
    tell_of_promises(request_id=request.pk)
    assert (ears.hints, ears.news) == (set(), [])


def test_letters_leave_out_what_may_be_seen_no_longer(item, clock, alice, bob):
    """One of two things is still his: the letter names that one; when none is, there is no letter."""
    for key, about in (("a", ("work_item", str(item.pk))), ("b", ("", ""))):
        tell_people(
            usernames=["bob"], template="process-news", data={"number": f"N-{key}"}, record_kind=about[0],
            record_id=about[1], key=key,
        )  # fmt: skip
    RoleAssignment.objects.filter(user=bob).delete()
    clock.advance(timedelta(hours=1))
    mail_unseen()
    [letter] = mail.outbox
    assert "N-b" in letter.body
    assert "N-a" not in letter.body
    assert "1 new" in letter.subject


def test_pushes_leave_out_what_may_be_seen_no_longer(item, clock, alice, bob, settings, tmp_path):
    """Lost before it is sent: it is not in what the browser gets, and without it nothing is sent."""
    settings.PUSH_KEY_DIR, browser = tmp_path, FakeBrowser()
    with push_service() as service:
        settings.BOT_HOSTS_INSIDE = frozenset({service.host})
        subscribe_to_push(actor=bob, endpoint=service.address("bob"), **browser.keys)
        for key, about in (("a", ("work_item", str(item.pk))), ("b", ("", ""))):
            tell_people(
                usernames=["bob"], template="process-news", data={"number": f"N-{key}"}, record_kind=about[0],
                record_id=about[1], key=key,
            )  # fmt: skip
        clock.advance(timedelta(minutes=1))
        assert push.bundle(user_id=bob.pk) == 1
        RoleAssignment.objects.filter(user=bob).delete()
        carry_out_due()
        [message] = service.read(browser)
        assert "N-b" in message["body"]
        assert message["title"] == "1 new task or message"
        Notification.objects.filter(key__startswith="b").delete()
        tell_people(
            usernames=["bob"], template="process-news", data={"number": "N-c"}, record_kind="work_item",
            record_id=str(item.pk), key="c",
        )  # fmt: skip
        Notification.objects.filter(user=bob).update(pushed_at=None)
        clock.advance(timedelta(minutes=10))
        push_unseen()
        assert len(service.requests) == 1


def test_the_daily_letter_names_and_counts_only_what_may_be_seen(item, clock, alice, bob, charlie):
    """Late tasks of others, and queues of others: the outsider's letter is none at all."""
    WorkItem.objects.update(due_at=MORNING - timedelta(days=1))
    clock.advance_to(MORNING)
    plan_daily_letters()
    carry_out_due()
    assert [letter.to for letter in mail.outbox] == [[alice.email]]
    RoleAssignment.objects.filter(user=bob).delete()
    commands.release_work_item(actor=alice, work_item_id=item.pk)
    clock.advance(timedelta(days=1))
    mail.outbox.clear()
    plan_daily_letters()
    carry_out_due()
    assert [letter.to for letter in mail.outbox if "queue" in letter.body] == [[alice.email]]


@pytest.fixture
def bot(admin, alice, bob, charlie, settings) -> Iterator[tuple[Bot, Any]]:
    """Read by all sales people: Charlie of Shanghai reads it, too."""
    with bot_server() as chat:
        settings.BOT_HOSTS_INSIDE = frozenset({chat.host})
        values = BotValues(
            "all", BotKind.OTHER, "sales", sorted(bots.event_names()), "{what}", address=f"http://{chat.host}/"
        )
        yield add_bot(actor=admin, values=values), chat


def test_bots_post_nothing_an_outsider_would_read(clock, bot, item, alice, bob, manager):
    _found, chat = bot
    clock.advance(timedelta(seconds=1))
    _comment(item, alice, bob, manager)
    customer = crm.customer(alice)
    tell_people(
        usernames=["alice"], template="plan-rejected", data={"number": "MP-1"}, record_kind="customer",
        record_id=str(customer.pk), key="k",
    )  # fmt: skip
    listen_for_bots()
    carry_out_due()
    assert Sending.objects.filter(bot__isnull=False).count() >= 2
    assert chat.requests == []


def test_a_test_of_a_bot_says_nothing_of_anybody(item):
    assert not {"N-1", item.name} & set(bots.sample().values.values())


# --- screens ---


def test_screens_of_a_record_are_only_joined_by_who_may_see_it(ears, alice, agent, charlie):
    """A screen that asks for a record it may not see is in no group of it, so a hint about it goes past."""
    customer = crm.customer(alice)
    name = f"record:customer:{customer.pk}"
    add_note(actor=alice, customer_id=customer.pk, text="Called")
    audiences.tell_record("customer", str(customer.pk))
    group = audiences.record_group("customer", str(customer.pk))
    assert group in ears.told
    assert group in screens.look_up(alice.pk, [name], None)[1]
    assert group not in screens.look_up(charlie.pk, [name], None)[1]


def test_changed_rights_are_told_without_saying_whose(monkeypatch):
    """Everybody's screens may be sent to look; the message has no id, and nothing of a record."""
    from accounts.changes import Change, ChangeKind

    sent: list[Any] = []
    monkeypatch.setattr(rights, "nudge", lambda groups, message: sent.append(message))
    rights.tell_screens(Change(ChangeKind.RIGHTS, None))
    assert sent == [{"type": "rights.changed"}]


def test_reading_ones_own_news_tells_nobody_else(ears, alice, charlie, monkeypatch):
    from notifications.commands import choosing

    heard: set[str] = set()
    monkeypatch.setattr(choosing, "nudge", lambda groups, message: heard.update(groups))
    tell_people(usernames=["alice"], template="own", data={}, record_kind="", record_id="", key="k")
    assert mark_read(actor=charlie) == 0
    assert mark_read(actor=alice) == 1
    assert heard == {audiences.user_group(alice.pk)}


def test_sockets_say_only_what_their_person_may_see(item, charlie, alice, bob):
    """Counts and fingerprints are those of a person who has nothing, whatever lists the screen names."""
    names = ["inbox:mine", "inbox:groups", "news:all", "news:unread", "team:rows", "team:people"]
    counts = screens.counts(User.objects.get(pk=charlie.pk))
    assert set(counts.values()) == {0}
    before = live_lists.fingerprints(User.objects.get(pk=charlie.pk), names)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="@charlie @bob")
    commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    assert live_lists.fingerprints(User.objects.get(pk=charlie.pk), names) == before


def test_who_looks_at_a_task_is_told_only_to_who_may_see_it(item, alice, charlie):
    assert screens.may_look_at(alice, str(item.pk))
    assert not screens.may_look_at(charlie, str(item.pk))
    assert not screens.may_look_at(charlie, "nonsense")


def test_no_two_queues_share_a_group():
    """Hints of one queue must not reach another that is only spelt alike."""
    names = ["a@b_c", "a_b@c", "a.b@c", "a-b@c", "a@b@c", "a_40_b@c", "销售@HZ", "客服@HZ", "x" * 120, "x" * 121]
    groups = {audiences.queue_group(name) for name in names}
    assert len(groups) == len(names)
    assert all(len(group) < 100 for group in groups)


def test_nothing_but_ids_travels_to_screens(item, alice, bob, manager, monkeypatch):
    """A hint that carried a name or a text would be one more way out."""
    sent: list[Any] = []
    monkeypatch.setattr(nudges, "_notify", sent.extend)
    _comment(item, alice, bob, manager)
    assert sent
    assert not [payload for payload in sent if b"N-1" in payload or b"look at" in payload or b"first" in payload]
