"""One small company in which there is something of every kind, so that every page has something to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from lxml import etree

from accounts.commands.substitutions import add_substitution
from accounts.models import OrgUnit, User, WorkCalendar
from accounts.queries import group_keys
from bpmn import forms
from bpmn.importing.layout import draw
from bpmn.reader import read
from config import clock
from crm_core.attachments.commands import add_attachment
from crm_core.customers.models import Customer
from crm_core.dispatch.commands import create_work_order
from crm_core.interactions.commands import add_note, log_call
from crm_core.levels.commands import request_level_change
from crm_core.marketing import budget, campaigns, commands, operations
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.revisions import EDITED
from crm_core.service.commands import create_request
from crm_core.service.return_visits import plan_return_visit
from notifications.commands import BotValues, add_bot, request_test
from notifications.models import BotKind, Notification, Sending
from tasks_inbox import operations as items
from tasks_inbox.commands import complete_work_item, start_hand_over
from tasks_inbox.jobs import hand_over
from tasks_inbox.models import WorkItem
from tests import crm
from tests.browser.conftest import _session
from tests.factories import PASSWORD
from tests.support import diagrams, running
from workflows.migrating.carrying import carry_on
from workflows.migrating.commands import start_migration
from workflows.models import Incident
from workflows.operating import bulk

PROCESSES = (
    "customer-level-change",
    "level-review",
    "complaint-escalation",
    "service-dispatch",
    "marketing-plan-approval",
)
HERE = "127.0.0.1"
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)
# What people wrote: it stands on every page as it was written, whatever the reader's language.
WRITTEN = {
    "customer": "兰亭 Lanting",
    "quiet": "青禾 Qinghe",
    "contact": "唐梅 Tang Mei",
    "note": "约在周三 Wednesday",
    "call": "先退款 refund first",
    "request": "空调停机 chiller stops",
    "complaint": "两次停机 stopped twice",
    "visit": "检查机组 look at it",
    "plan": "续约方案 renewal",
    "fair": "春季展会 spring fair",
    "line": "场地 hall",
    "activity": "寄信 letters",
    "file": "说明 terms.png",
    "bot": "销售群 sales chat",
    "process": "搬运 handover",
    "stuck": "计数 counting",
}


class Company:
    """``ids`` holds the id of something of every kind, by name; ``people`` are the cast."""

    def __init__(self, cast: Callable[[str], User]) -> None:
        self.cast = cast
        self.ids: dict[str, Any] = {}
        crm.deploy(*PROCESSES)
        self._customers()
        self._levels()
        self._service()
        self._marketing()
        self._processes()
        self._accounts()
        running.settle()
        self._bots()
        self.ids["notification"] = Notification.objects.first().pk
        self.ids["task"] = self._task("level_change", "complete-request")
        self.ids["free task"] = self._task("service_request", "classify")
        self.ids["to approve"] = self._task("level_change", "approve")
        self.ids["plan to approve"] = self._task("marketing_plan", "approve")

    def data(self) -> list[str]:
        """Every text that is data, longest first: names of people and units, and what was written."""
        names = set(WRITTEN.values())
        for row in User.objects.values_list("username", "first_name", "last_name", "native_name", "email"):
            names |= {*row, f"{row[1]} {row[2]}"}
        for unit in OrgUnit.objects.values_list("name", "name_zh", "code"):
            names |= set(unit)
        names |= set(Incident.objects.values_list("message", flat=True))  # for operators, as the program wrote it
        names |= {name for pair in WorkCalendar.objects.values_list("name", "name_zh") for name in pair}
        return sorted((name for name in names if name), key=len, reverse=True)

    def session(self, who: str) -> str:
        """The session of somebody: "alice", "alice!" who has just given her password, "alice?" who owes her code."""
        person = self.cast(who.rstrip("!?"))
        if who.endswith("?"):
            return self._pending(person)
        key = _session(person)
        if who.endswith("!"):
            client = Client(SERVER_NAME=HERE)
            client.cookies["sessionid"] = key
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return key

    def _pending(self, person: User) -> str:
        client = Client(SERVER_NAME=HERE)
        client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
        return str(client.cookies["sessionid"].value)

    def _customers(self) -> None:
        alice = self.cast("alice")
        made = crm.customer(
            alice, WRITTEN["customer"], level="silver", industry="Hotels", email="office@lanting.example"
        )
        self.customer: Customer = made
        contact = crm.contact(made, WRITTEN["contact"], is_main=True, mobile="+86 138 0000 1111")
        for month in range(1, 4):
            crm.order(made, clock.now().date() - timedelta(days=30 * month), "21400.00")
        add_note(actor=alice, customer_id=made.pk, text=WRITTEN["note"])
        log_call(actor=alice, customer_id=made.pk, summary=WRITTEN["call"], minutes=12)
        upload = ContentFile(PHOTO, WRITTEN["file"])
        file = add_attachment(actor=alice, record_kind="customer", record_id=made.pk, upload=upload)
        quiet = crm.customer(alice, WRITTEN["quiet"])
        self.ids |= {"customer": made.pk, "quiet": quiet.pk, "contact": contact.pk, "crm file": file.pk}

    def _levels(self) -> None:
        alice = self.cast("alice")
        asked = request_level_change(actor=alice, customer_id=self.ids["quiet"])
        change = request_level_change(actor=alice, customer_id=self.customer.pk, proposed_level="gold")
        answers = {"proposed_level": "gold", "reason": "strategic", "justification": WRITTEN["note"] * 3}
        item = WorkItem.objects.get(record_id=str(change.pk), element="complete-request")
        complete_work_item(actor=alice, work_item_id=item.pk, answers=answers)
        self.ids |= {"level_change": asked.pk, "proposed": change.pk}

    def _service(self) -> None:
        agent, customer = self.cast("agent"), self.customer.pk
        asked = create_request(actor=agent, kind="fault", subject=WRITTEN["request"], customer_id=customer)
        complaint = create_request(
            actor=agent,
            kind="complaint",
            subject=WRITTEN["complaint"],
            customer_id=customer,
            values={"description": WRITTEN["call"], "severity": "major", "harm": Decimal(3200)},
        )
        order = create_work_order(actor=agent, customer_id=customer, subject=WRITTEN["visit"])
        visit = plan_return_visit(
            actor=agent, customer_id=customer, due_on=clock.now().date() + timedelta(days=3), request_id=asked.pk
        )
        self.ids |= {"request": asked.pk, "complaint": complaint.pk, "work_order": order.pk, "return_visit": visit.pk}

    def _marketing(self) -> None:
        waiting, running_plan = self._plan(WRITTEN["plan"]), self._plan(WRITTEN["fair"])
        running.settle()
        self._answer(waiting, "draft", "analyst")
        score = {"fit": 5, "feasibility": 4, "cost": 4, "risk": 4}
        self._answer(waiting, "evaluate", "marketing_manager", outcome="pass", score=score, comment=WRITTEN["note"])
        for who in ("finance", "manager", "service_manager"):
            self._answer(waiting, "give-opinion", who, opinion=WRITTEN["note"])
        campaign = self._carried_out(running_plan)
        self.ids |= {"plan": waiting.pk, "fair": running_plan.pk, "campaign": campaign.pk}

    def _plan(self, title: str) -> MarketingPlan:
        start = clock.now().date() + timedelta(days=20)
        values = {
            "opportunity_source": WRITTEN["note"],
            "offer": WRITTEN["line"],
            "concession_percent": Decimal(8),
            "segment": {"levels": ["silver"]},
            "goals": [{"metric": WRITTEN["activity"], "target": 16}],
            "channels": ["in_person", "email"],
            "place": WRITTEN["line"],
            "staff": ["bob"],
            "activities": [{"name": WRITTEN["activity"], "on": start.isoformat(), "staff": "bob"}],
            "starts_on": start,
            "ends_on": start + timedelta(days=30),
            "expected_responses": 16,
            "expected_revenue": Decimal(84000),
            "budget_total": Decimal(8000),
        }
        lines = [NewBudgetLine("venue", Decimal(8000), WRITTEN["line"])]
        return commands.create_plan(actor=self.cast("analyst"), title=title, values=values, lines=lines)

    def _answer(self, plan: MarketingPlan, element: str, who: str, **answers: Any) -> None:
        person = self.cast(who)
        rows = WorkItem.objects.filter(record_id=str(plan.pk), element=element, status=WorkItem.Status.OPEN)
        item = rows.filter(Q(assignee=person) | Q(candidates__group_key__in=group_keys(person)))[0]
        if not answers:
            shown = forms.prefill(items.form_of(item), items.step_variables(item))
            answers = {name: value for name, value in shown.items() if name in EDITED | {"budget_lines"}}
        complete_work_item(actor=person, work_item_id=item.pk, answers=answers)
        running.settle()

    def _carried_out(self, found: MarketingPlan) -> Any:
        analyst = self.cast("analyst")
        with transaction.atomic():
            plan = MarketingPlan.objects.select_for_update().get(pk=found.pk)
            for status in ("submitted", "under_review", "approved"):
                operations.move(plan, status, actor=analyst)
            budget.reserve(plan, actor=analyst)
            campaign = campaigns.publish(plan, actor=analyst)
            operations.move(plan, "in_execution", actor=analyst)
            campaigns.start(plan, actor=analyst)
            campaigns.record_activity(campaign.activities.get(position=1), "done", WRITTEN["note"])
            campaigns.record_feedback(plan, WRITTEN["call"], WRITTEN["note"], 4, actor=analyst)
        commands.book_cost(actor=analyst, plan_id=plan.pk, category="venue", amount=Decimal(2000), reference="R-1")
        return campaign

    def _processes(self) -> None:
        task = diagrams.user(assignee="alice")
        parts = {"start": diagrams.start(), "end": diagrams.end()}
        count = diagrams.service("warehouse.count", retries="0")  # nobody has taught the product to do this
        running.deploy(
            drawn(diagrams.diagram("handover", "start -> pass-on -> end", **parts, **{"pass-on": task})),
            drawn(diagrams.diagram("counting", "start -> count -> end", **parts, count=count)),
        )
        self.ids["run"] = running.start("handover").pk
        self.ids["stuck run"] = running.start("counting").pk
        running.settle()
        incident = running.open_incident(running.ProcessInstance.objects.get(pk=self.ids["stuck run"]))
        self.ids |= {"incident": incident.pk, "cause": incident.cause}
        self._many(incident)
        longer = diagrams.diagram(
            "handover", "start -> pass-on -> check -> end", **parts, **{"pass-on": task, "check": task}
        )
        self._moved(drawn(longer))

    def _many(self, incident: Incident) -> None:
        act = bulk.start_bulk_act(
            actor=self.cast("operator"), kind=bulk.Kind.RETRY, incidents=[incident.pk], reason=WRITTEN["note"]
        )
        bulk.carry_on(act.pk)
        self.ids["bulk act"] = act.pk

    def _moved(self, longer: bytes) -> None:
        moved = running.start("handover")
        running.deploy(longer)
        batch = start_migration(
            actor=self.cast("operator"), process_key="handover", source=1, target=2, instances=[moved.pk]
        )
        carry_on(batch.pk)
        self.ids |= {"move": batch.pk, "moved": batch.results.get().pk}

    def _bots(self) -> None:
        """One bot, and one post of it that was refused."""
        words = {
            "events": ["act:escalated", "news:plan-rejected"],
            "text": "{what}",
            "address": "https://bots.example/x",
        }
        values = BotValues(name=WRITTEN["bot"], kind=BotKind.FEISHU, audience="sales@HZ", **words)
        bot = add_bot(actor=self.cast("admin"), values=values)
        failed = {"status": Sending.Status.FAILED, "failure": "refused 19024", "finished_at": clock.now()}
        test = request_test(actor=self.cast("admin"), bot_id=bot.public_id)
        Sending.objects.filter(pk=test.pk).update(**failed)
        self.ids["bot"] = bot.public_id

    def _accounts(self) -> None:
        alice, bob, finance = (self.cast(name) for name in ("alice", "bob", "finance"))
        for person in (alice, finance):
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        TOTP.activate(finance, generate_totp_secret())
        RecoveryCodes.activate(finance)
        assert Authenticator.objects.filter(user=finance).count() == 2
        away = add_substitution(
            actor=alice,
            substituted_id=alice.public_id,
            substitute_id=bob.public_id,
            starts=clock.now() + timedelta(days=9),
            ends=clock.now() + timedelta(days=12),
        )
        leaver, lawyer = self.cast("dora"), self.cast("lawyer")
        add_substitution(
            actor=lawyer, substituted_id=lawyer.public_id, substitute_id=leaver.public_id, starts=clock.now()
        )
        over = start_hand_over(
            actor=self.cast("admin"), person_id=leaver.public_id, receiver_ids=[self.cast("manager").public_id]
        )
        hand_over()
        unit = OrgUnit.objects.get(code="HZ-SALES-1")
        calendar = WorkCalendar.objects.order_by("code").first()
        self.ids |= {
            "person": alice.public_id,
            "leaver": leaver.public_id,
            "hand_over": over.pk,
            "unit": unit.public_id,
            "calendar": calendar.public_id if calendar else None,
            "substitution": away.pk,
        }

    def _task(self, record_kind: str, element: str) -> Any:
        rows = WorkItem.objects.filter(record_kind=record_kind, status=WorkItem.Status.OPEN)
        found = rows.filter(element=element).order_by("created_at").first()
        assert found is not None, f"no task {element}, only {[str(each.element) for each in rows]}"
        return found.pk


def drawn(diagram: bytes) -> bytes:
    """A diagram of the tests with shapes and lines."""
    root = etree.fromstring(diagram)
    draw(root, read("small.bpmn", diagram).processes)
    return bytes(etree.tostring(root))
