"""A person is erased from everything that holds them, the chains stay whole and say so, and it can be resumed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEvent
from crm_core.attachments.commands import add_attachment
from crm_core.attachments.models import Attachment
from crm_core.customers import commands as customers
from crm_core.customers.models import Contact, Customer, CustomerKind
from crm_core.exceptions import NotAPerson
from crm_core.interactions.models import Interaction
from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tests import crm
from tests.support import running
from tests.support.diagrams import call, diagram, end, service, start, user
from workflows import commands as processes
from workflows import past, queries
from workflows.archiving import commands as archive
from workflows.erasing import commands, histories
from workflows.exceptions import PersonStillNeeded
from workflows.models import ArchiveSegment, Effect, HistoryEvent, ProcessInstance
from workflows.registry import effect
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db

NAME, PHONE, MAIL = "王小明", "138 1234 5678", "xiaoming.wang@example.com"
FORM = (
    '{"type": "default", "id": "f", "components": ['
    '{"type": "textarea", "key": "remark"}, {"type": "select", "key": "decision"}]}'
)
VISIT = diagram(
    "visit",
    "begin -> ask -> inner -> mail -> again -> done",
    begin=start(),
    ask=user(group="sales", properties='<zeebe:formDefinition formId="f"/>'),
    inner=call("visit-inner"),
    mail=service("test.mail", inputs={"to": "mail"}),
    again=user(group="sales"),
    done=end(),
)
INNER = diagram("visit-inner", "begin -> look -> done", begin=start(), look=user(), done=end())


@pytest.fixture
def person(alice):
    return crm.customer(
        alice,
        NAME,
        kind=CustomerKind.INDIVIDUAL,
        phone=PHONE,
        email=MAIL,
        address="西湖区文三路 9 号",
        note="likes tea",
    )


@pytest.fixture
def process(person, alice, clock):
    """A process about the person, with what they said in variables, answers, drafts, comments, effects and files."""

    @effect("test.mail")
    def mail(step, *, to: str):
        return {"sent_to": to}

    running.deploy(VISIT, INNER, **{"f.form": FORM.encode()})
    instance = processes.start_process(
        actor=alice,
        process_key="visit",
        variables={"who": f"{NAME} ({PHONE})", "mail": MAIL, "amount": 7, "short": "+86 13812345678"},
        record=person,
    )
    item = WorkItem.objects.get(instance=instance)
    inbox.claim_work_item(actor=alice, work_item_id=item.pk)
    inbox.comment_on_work_item(actor=alice, work_item_id=item.pk, text="He called twice.")
    running.complete(instance, "ask", {"remark": "ill, wants to be left alone", "decision": "go"}, actor=alice)
    running.complete(ProcessInstance.objects.get(parent=instance), "look", actor=alice)
    running.settle()
    item = WorkItem.objects.get(instance=instance, status="open")
    inbox.claim_work_item(actor=alice, work_item_id=item.pk)
    inbox.save_draft(actor=alice, work_item_id=item.pk, answers={"note": f"ask {NAME}"})
    Interaction.objects.create(customer=person, kind="call", summary=f"{NAME} is ill", by=alice)
    add_attachment(
        actor=alice, record_kind="customer", record_id=person.pk, upload=SimpleUploadedFile("id.txt", b"passport")
    )
    return running.reload(instance)


def ended(instance, alice):
    running.complete(instance, "again", actor=alice)
    return running.reload(instance)


def erase(person, **more):
    found = commands.find_person("customer", person.number)
    return commands.erase_person(actor=None, person=found, reason="asked for it", **more)


def everything():
    """All text in all tables of ours but the audit log, and the states unpacked."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model is AuditEvent or model._meta.app_label in {"bpmn", "accounts"}:
                continue
            cursor.execute(f'SELECT to_jsonb(kept)::text FROM "{model._meta.db_table}" AS kept')  # noqa: S608
            found += [row[0] for row in cursor]
    for instance in ProcessInstance.objects.all():
        found.append(str(queries.view(instance)))
    return "\n".join(found)


TRACES = (
    NAME,
    "wangxiaoming",
    "1234 5678",
    "13812345678",
    MAIL,
    "文三路",
    "left alone",
    "called twice",
    "is ill",
    "tea",
)


def test_it_works(person, process, alice):
    """Nothing of the person is left anywhere, what is left is whole, and the process is still shown."""
    process = ended(process, alice)
    seal()
    before = everything()
    assert [trace for trace in TRACES if trace not in before] == []
    done = erase(person)
    after = everything()
    assert [trace for trace in TRACES if trace in after] == []
    assert done.counts["history"] > 0
    report = verify()
    assert report.is_whole
    assert report.counts[Fault.ERASED] == done.counts["history"]
    note = HistoryEvent.objects.filter(instance=process, kind="erased").get()
    assert note.data["reason"] == "asked for it"
    view = past.state_at(process.pk).view
    assert (view.variables["amount"], view.variables["decision"], view.variables["remark"]) == (7, "go", "[erased]")
    assert past.state_at(process.pk, sequence=5).faithful
    assert Customer.objects.get(pk=person.pk).name == "[erased]"
    assert not Attachment.objects.exists()
    assert AuditEvent.objects.filter(event="person.erased", subject_id=str(person.pk)).exists()


def test_the_files_are_deleted_with_the_commit(person, process, alice, django_capture_on_commit_callbacks):
    row = Attachment.objects.get()
    storage, name = row.file.storage, row.file.name
    ended(process, alice)
    with django_capture_on_commit_callbacks(execute=True):
        erase(person)
    assert not storage.exists(name)


def test_a_dry_run_tells_the_areas_and_changes_nothing(person, process, alice):
    before = everything()
    planned = commands.planned(commands.find_person("customer", person.number))
    assert everything() == before
    assert [open_one.pk for open_one in planned.needed_by] == [process.pk]
    ended(process, alice)
    planned = commands.planned(commands.find_person("customer", person.number))
    assert planned.counts["history"] > 0
    for area in ("comments", "drafts", "interactions", "files", "requests to the outside", "record"):
        assert planned.counts[area] > 0
    assert erase(person).counts["history"] == planned.counts["history"]


def test_an_open_process_refuses_and_is_named_unless_forced(person, process):
    with pytest.raises(PersonStillNeeded, match="visit"):
        erase(person)
    assert NAME in everything()
    erase(person, force=True)
    assert NAME not in everything()
    assert running.waiting_at(process) == ["again"]
    assert verify().is_whole
    running.complete(process, "again")
    assert not running.reload(process).is_live


def test_doing_it_again_changes_nothing(person, process, alice):
    ended(process, alice)
    erase(person)
    before = everything()
    again = erase(person)
    assert sum(again.counts.values()) == 0
    assert everything() == before


def test_cut_short_it_is_done_to_the_end_the_next_time(person, process, alice, monkeypatch):
    ended(process, alice)
    with monkeypatch.context() as patch:
        patch.setattr("workflows.erasing.commands._erase_tables", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(person)
    assert NAME in everything()
    erase(person)
    assert [trace for trace in TRACES if trace in everything()] == []
    assert verify().is_whole


def test_archives_are_erased_as_well(person, process, alice):
    process = ended(process, alice)
    seal()
    archive.archive(actor=None, roots=[process.pk])
    old = ArchiveSegment.objects.get().file
    done = erase(person)
    assert done.counts["archives"] == 1
    assert ArchiveSegment.objects.get().file != old
    report = verify()
    assert report.is_whole
    assert report.counts[Fault.ERASED] > 0
    assert [trace for trace in TRACES if trace in str([event.data for event in past.story(process.pk)])] == []
    again = erase(person)
    assert sum(again.counts.values()) == 0
    archive.restore_family(actor=None, instance_id=process.pk)
    assert [trace for trace in TRACES if trace in everything()] == []
    assert verify().is_whole


def test_tampering_with_what_erasing_left_is_found_out(person, process, alice):
    process = ended(process, alice)
    erase(person)
    event = HistoryEvent.objects.filter(instance=process, salt=None).first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        cursor.execute("UPDATE workflows_historyevent SET data = '{}' WHERE id = %s", [event.pk])
    report = verify()
    assert report.counts[Fault.ALTERED] == 1


def test_a_contact_goes_and_the_company_stays(alice, clock):
    company = crm.customer(alice, "Lanting Hotels", phone="0571-88886666")
    contact = crm.contact(
        company, "Tang Mei", mobile="139 1111 2222", email="mei@lanting.example", phone="0571-88886666"
    )
    Interaction.objects.create(customer=company, contact=contact, kind="call", summary="Tang Mei rang", by=alice)
    other = Interaction.objects.create(customer=company, kind="note", summary="Write to mei@lanting.example", by=alice)
    found = commands.find_person("contact", str(contact.pk))
    commands.erase_person(actor=None, person=found, reason="left")
    company.refresh_from_db()
    other.refresh_from_db()
    assert (company.name, company.phone, other.summary) == ("Lanting Hotels", "0571-88886666", "Write to [erased]")
    assert Contact.objects.get(pk=contact.pk).name == "[erased]"
    assert "Tang Mei" not in everything()
    assert "13911112222" not in company.phone_keys


def test_earlier_numbers_and_names_are_looked_for_too(person, process, alice):
    """What the record was called before is in its history, and in processes of then."""
    customers.update_customer(actor=alice, customer_id=person.pk, values={"phone": "139 9999 0000", "name": "王大明"})
    ended(process, alice)
    person.refresh_from_db()
    erase(person)
    assert [trace for trace in TRACES if trace in everything()] == []


def test_an_organisation_is_no_person(alice):
    with pytest.raises(NotAPerson):
        commands.find_person("customer", crm.customer(alice).number)


def test_a_short_name_does_not_eat_other_words(alice, clock):
    row = crm.customer(alice, "Li", kind=CustomerKind.INDIVIDUAL)
    note = Interaction.objects.create(customer=row, kind="note", summary="x", reaction="", by=alice)
    found = commands.find_person("customer", row.number)
    redaction = histories.Redaction(found, about=True)
    assert redaction({"a": "Li is a client", "b": ["Liter"]}) == {"a": "[erased] is a client", "b": ["Liter"]}
    assert note.summary == "x"


def test_the_command(person, process, alice):
    def said(*arguments):
        out = StringIO()
        call_command("erase_person", "customer", person.number, *arguments, stdout=out)
        return out.getvalue()

    assert f"needed by visit {person.number}" in said()
    for arguments in (["--yes"], ["--yes", "--reason", "asked"]):
        with pytest.raises(CommandError):
            said(*arguments)
    assert NAME in everything()
    assert "erased" in said("--yes", "--reason", "asked", "--force", "--by", alice.username)
    assert NAME not in everything()
    assert HistoryEvent.objects.filter(kind="erased", actor=alice).exists()
    assert not Effect.objects.filter(inputs__to=MAIL).exists()
