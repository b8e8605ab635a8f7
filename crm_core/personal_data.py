"""Which customers and contacts are persons, what names them, and what the records hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import User
from config import clock
from crm_core import models, sealing, storing
from crm_core.attachments.models import Attachment
from crm_core.customers import operations
from crm_core.customers.models import Contact, Customer, CustomerKind
from crm_core.exceptions import NotAPerson, RecordNotFound
from crm_core.history import RecordChange
from crm_core.marketing import models as marketing
from crm_core.records import Stamped
from workflows.erasing.person import ERASED, Person
from workflows.erasing.registry import About, bearers, personal_data, spare, subject

STRONG = ("phone", "mobile", "email", "wechat")
WEAK = ("name", "legal_name", "address", "birth_date")
_MIN_STRONG = 5
_CLEARED_CUSTOMER: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("name_pinyin", "sex", "id_no_hash", "phone", "mobile", "email", "wechat", "area_code", "area"),
            *("address", "occupation", "industry", "education", "hobbies", "legal_name", "credit_code", "source"),
            *("source_campaign", "note", "import_key"),
        ),
        "",
    ),
    "name": ERASED,
    "birth_date": None,
    "id_no_sealed": b"",
    "referrer": None,
    "phone_keys": [],
}
_CLEARED_CONTACT: dict[str, Any] = {
    **dict.fromkeys(
        ("salutation", "post", "department", "phone", "mobile", "email", "wechat", "role", "note", "import_key"), ""
    ),
    "name": ERASED,
    "reports_to": None,
    "is_main": False,
    "is_active": False,
}


# --- who ----------------------------------------------------------------------------------------------------------


def customer(number: str) -> Person:
    """A customer who is a person, by number or id. Raises RecordNotFound, NotAPerson."""
    found = _found(Customer, Q(number=number), number)
    if found.kind != CustomerKind.INDIVIDUAL:
        raise NotAPerson
    contacts = list(Contact.objects.filter(customer=found))
    strong = {*_texts([found, *contacts], STRONG), sealing.unseal(found.id_no_sealed)}
    weak = set(_texts([found, *contacts], WEAK))
    records = {("customer", str(found.pk)), *_records_of("customer", found)}
    return _person(found, found.number, strong=strong, weak=weak, records=records, whole=True)


def contact(number: str) -> Person:
    """A contact by id. Raises RecordNotFound."""
    found = _found(Contact, Q(pk__in=[]), number)
    records = {("contact", str(found.pk)), *_records_of("contact", found)}
    strong, weak = set(_texts([found], STRONG)), set(_texts([found], WEAK))
    return _person(found, str(found.pk), strong=strong, weak=weak, records=records, whole=False)


def _found(model: Any, by_number: Q, number: str) -> Any:
    with suppress(ValueError):
        by_number |= Q(pk=UUID(number))
    found = model.objects.filter(by_number).first()
    if found is None:
        raise RecordNotFound
    return found


def _person(
    row: Stamped, label: str, *, strong: set[str], weak: set[str], records: set[tuple[str, str]], whole: bool
) -> Person:
    """What also names somebody else (a company's number) is not looked for everywhere."""
    own = {text for text in strong if len(text) >= _MIN_STRONG and text != ERASED}
    shared = {text for text in own if _names_others(text, records)}
    weak = {text for text in {*weak, *shared, *(strong - own)} if text and text != ERASED}
    return Person(row.record_kind, str(row.pk), label, own - shared, weak, frozenset(records), whole)


def _names_others(text: str, records: Iterable[tuple[str, str]]) -> bool:
    own = [id for kind, id in records if kind in {"customer", "contact"}]
    named = Q()
    for name in STRONG:
        named |= Q(**{name: text})
    found = (Customer.objects.filter(named).exclude(pk__in=own), Contact.objects.filter(named).exclude(pk__in=own))
    employees = User.objects.filter(Q(phone=text) | Q(email=text))
    return any(rows.exists() for rows in (*found, employees))


def is_borne(text: str) -> bool:
    """Whether a customer or contact bears a name or number, also as a part of their name."""
    borne = Q(name__icontains=text)
    for name in STRONG:
        borne |= Q(**{name: text})
    return Customer.objects.filter(borne).exists() or Contact.objects.filter(borne).exists()


def _texts(rows: Iterable[Stamped], names: Iterable[str]) -> Iterator[str]:
    """What these fields say now, and what the records' histories remember of them."""
    names = tuple(names)
    for row in rows:
        yield from (str(getattr(row, name)) for name in names if getattr(row, name, None))
        for fields in _changes([(row.record_kind, str(row.pk))]).values_list("fields", flat=True):
            yield from (str(value) for name in names for value in fields.get(name) or () if value)


def _records_of(pointer: str, row: Stamped) -> Iterator[tuple[str, str]]:
    """The records that point at the person by this field."""
    for model in apps.get_app_config("crm_core").get_models():
        if issubclass(model, Stamped) and pointer in {field.name for field in model._meta.fields}:
            rows = model._base_manager.filter(**{pointer: row}).values_list("pk", flat=True)
            yield from ((model.record_kind, str(pk)) for pk in rows)


# --- where --------------------------------------------------------------------------------------------------------


def _is_record(model: type[Stamped]) -> About:
    return lambda person: Q(pk__in=person.ids(model.record_kind))


def _of_request(person: Person) -> Q:
    return Q(work_order__in=person.ids(models.WorkOrder.record_kind))


def _named(person: Person) -> Q:
    found = Q(pk__in=[])
    for kind in {kind for kind, _ in person.records}:
        found |= Q(kind=kind, record_id__in=person.ids(kind))
    return found


def _record(
    model: type[Stamped], area: str, *texts: str, also: tuple[str, ...] = (), hashed: tuple[str, ...] = ()
) -> None:
    """A record about a customer: what was written freely goes where it is about nobody else."""
    personal_data(model, area, *texts, *also, about=_is_record(model), emptied=texts, hashed=hashed)


_record(models.Interaction, "interactions", "summary", "reaction", "next_step", "subject", hashed=("key",))
_record(
    models.ServiceRequest,
    "service requests",
    *("subject", "description", "demand", "sla_pause_reason", "root_cause", "findings", "resolution"),
    *("reply", "improvement", "closing_reason"),
    also=("contract_no", "external_channel", "compensation_reference"),
)
_record(
    models.WorkOrder,
    "work orders",
    *("subject", "description", "site", "area", "signed_by", "called_by", "inspection_note"),
    also=("cause", "checklist", "parts", "safety", "outcome", "refused_by"),
)
_record(models.ReturnVisit, "return visits", "result", also=("script",))
_record(
    models.LevelChange,
    "level changes",
    "justification",
    "objection",
    "closing_note",
    also=("evidence", "rounds", "before"),
)
_record(models.Order, "orders", "note", also=("import_key",))
personal_data(
    models.LevelDecision,
    "level changes",
    "comment",
    about=lambda person: Q(change__in=person.ids(models.LevelChange.record_kind)),
    emptied=("comment",),
    hashed=("key",),
)
personal_data(models.PartsRequest, "work orders", "items", about=_of_request)
personal_data(
    models.ContactConsent,
    "consents",
    "note",
    about=lambda person: Q(customer__in=person.ids("customer")),
    emptied=("note",),
)
personal_data(RecordChange, "changes of records", "fields", "note", about=_named, emptied=("fields", "note"))
personal_data(models.KnowledgeArticle, "knowledge", "title", "body")
personal_data(
    models.MarketingPlan,
    "marketing",
    *("title", "opportunity_source", "offer", "closing_note", "activities", "risks", "segment", "goals", "place"),
    *("staff",),
)
personal_data(models.PlanRevision, "marketing", "snapshot", "note", "differences", "findings")
personal_data(models.PlanEvaluation, "marketing", "lessons", "responses", "kpis")
personal_data(models.Campaign, "marketing", "name")
personal_data(models.CampaignActivity, "marketing", "name", "place", "result")
personal_data(marketing.CampaignFeedback, "marketing", "problems", "progress")
personal_data(marketing.WorkPlan, "marketing", "batches")
personal_data(models.BudgetLine, "marketing", "description")
personal_data(models.BookedCost, "marketing", "description", "reference")
personal_data(models.MarketingPolicy, "marketing", "note")
personal_data(Customer, "other customers", "note", "address")
personal_data(Contact, "other contacts", "note")
personal_data(Customer, "record", *_CLEARED_CUSTOMER, "search", own_way=True)
personal_data(Contact, "record", *_CLEARED_CONTACT, own_way=True)
personal_data(Attachment, "files", "name")
personal_data(Attachment, "files", "file", own_way=True)
spare(
    "names and codes of goods, levels, tags and groups",
    {
        models.CustomerLevel: "name name_zh benefits",
        models.Tag: "name name_zh code",
        models.TagCategory: "name name_zh code",
        models.Product: "number name category unit import_key",
        models.ServiceQueue: "name name_zh group_key",
        models.StockItem: "code name name_zh",
        models.KnowledgeArticle: "number category",
    },
)
spare(
    "numbers, days and kinds, which stay so that reports still add up",
    {
        Customer: "number language level_since level_valid_until level_review_on benefits",
        models.LevelChange: "number effective_on valid_until as_of evidence_hash",
        models.LevelDecision: "role evidence_hash",
        models.PartsRequest: "key expected_on",
        models.Order: "number ordered_on required_on delivered_on payment_due_on paid_on",
        models.Consumption: "day",
        models.ServiceRequest: "number flags commit_on",
        models.WorkOrder: "number skill warranty_until charge priority",
        models.ReturnVisit: "number due_on",
        models.MarketingPlan: "number channels branches starts_on ends_on",
        models.PlanRevision: "digest findings_hash",
        models.Campaign: "number channels starts_on ends_on",
        models.CampaignActivity: "on",
        models.CampaignMember: "planned_on",
        marketing.WorkPlan: "starts_on ends_on",
        models.BookedCost: "booked_on",
        models.Interaction: "linked_kind linked_id",
        RecordChange: "kind act",
        Attachment: "record_kind record_id content_type digest",
    },
)


# --- the record itself --------------------------------------------------------------------------------------------


def clear_customer(person: Person, reason: str) -> int:
    """Clear the customer and its contacts; number, level and sums stay, so that reports still add up."""
    row = Customer.objects.select_for_update().get(pk=person.id)
    for each in Contact.objects.select_for_update().filter(customer=row):
        _clear(each, _CLEARED_CONTACT, reason)
    _clear(row, _CLEARED_CUSTOMER, reason)
    operations.refresh_search(row)
    return 1


def clear_contact(person: Person, reason: str) -> int:
    """Clear the contact; the customer is no longer found by its name and numbers."""
    row = Contact.objects.select_for_update(of=("self",)).select_related("customer").get(pk=person.id)
    _changes([("contact", person.id)]).update(fields={}, note="")
    _clear(row, _CLEARED_CONTACT, reason)
    operations.refresh_search(row.customer)
    return 1


def _clear(row: Stamped, values: dict[str, Any], reason: str) -> None:
    assert connection.in_atomic_block
    type(row)._base_manager.filter(pk=row.pk).update(**values, version=F("version") + 1, updated_at=clock.now())
    row.refresh_from_db()
    storing.note_act(row, actor=None, act="erased", note=reason)


def _changes(records: Iterable[tuple[str, str]]) -> Any:
    found = Q(pk__in=[])
    for kind, id in records:
        found |= Q(kind=kind, record_id=id)
    return RecordChange.objects.filter(found)


def files(person: Person) -> Any:
    """The files kept with the person's records; with a contact's only those of the contact."""
    found = Q(pk__in=[])
    for kind in {kind for kind, _ in person.records if person.whole or kind == "contact"}:
        found |= Q(record_kind=kind, record_id__in=person.ids(kind))
    return Attachment.objects.filter(found)


def remove_files(person: Person) -> int:
    """Delete them, the contents at commit."""
    kept = list(files(person).select_for_update())
    places = [(row.file.storage, str(row.file.name)) for row in kept]
    Attachment.objects.filter(pk__in=[row.pk for row in kept]).delete()
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in places] and None)
    return len(kept)


def count_files(person: Person) -> int:
    """How many there are."""
    return int(files(person).count())


subject("customer", find=customer, clear=clear_customer, remove=remove_files, count_removed=count_files)
subject("contact", find=contact, clear=clear_contact, remove=remove_files, count_removed=count_files)
bearers(is_borne)
