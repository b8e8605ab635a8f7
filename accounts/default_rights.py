"""The default rights matrix as data: role -> record kind -> reach -> actions, and the rules for sensitive fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from accounts.models import Action, FieldEffect, Reach

CUSTOMER: Final = ("customer", "contact", "customer_tag", "interaction")
CUSTOMER_DATA: Final = ("level_change", "segment", "duplicate_candidate", "customer_level")
FINANCIAL: Final = ("account_entry", "arrears", "credit_profile", "consumption", "payment")
SALES: Final = ("opportunity", "quotation", "contract", "sales_order", "property_listing", "sales_task")
CATALOGUE: Final = ("product",)
MARKETING: Final = ("marketing_plan", "campaign", "survey", "budget_line")
SERVICE: Final = ("service_request", "work_order", "return_visit", "care_task")
SERVICE_SETUP: Final = ("service_queue", "sla_policy", "knowledge_article")
OPERATIONS: Final = ("macro", "policy", "decision")
ORGANISATION: Final = ("user", "org_unit", "role", "substitution", "work_calendar", "audit_event", "import")
PROCESSES: Final = ("process_definition", "process_instance", "incident", "work_item")

VIEW: Final = (Action.VIEW,)
READ: Final = (Action.VIEW, Action.PRINT)
EDIT: Final = (Action.VIEW, Action.CREATE, Action.CHANGE, Action.PRINT)
LEAD: Final = (*EDIT, Action.EXPORT, Action.ASSIGN, Action.APPROVE)
FULL: Final = (*LEAD, Action.DELETE)
DECIDE: Final = (Action.VIEW, Action.PRINT, Action.EXPORT, Action.ASSIGN, Action.APPROVE)
ASSESS: Final = (Action.VIEW, Action.PRINT, Action.APPROVE)

Actions = tuple[Action, ...]
Scopes = Mapping[str, Actions]
Effects = Mapping[str | None, FieldEffect]
_OWN, _TEAM, _DEPARTMENT, _BRANCH, _ALL = (
    Reach.OWN,
    Reach.TEAM,
    Reach.DEPARTMENT,
    Reach.BRANCH_SUBTREE,
    Reach.ALL,
)


def _over(kinds: Iterable[str], **scopes: Actions) -> dict[str, Scopes]:
    return dict.fromkeys(kinds, scopes)


def _in_branch(kinds: Iterable[str], actions: Actions) -> dict[str, Scopes]:
    return {kind: {_BRANCH: actions} for kind in kinds}


def _everywhere(kinds: Iterable[str], actions: Actions) -> dict[str, Scopes]:
    return {kind: {_ALL: actions} for kind in kinds}


_COMMON: Final = _everywhere((*CATALOGUE, "customer_level", "sla_policy", "service_queue"), VIEW) | _everywhere(
    ("knowledge_article",), READ
)
_SERVICE_DESK: Final = {
    **_COMMON,
    **_in_branch(("customer",), READ),
    **_in_branch(("contact", "customer_tag", "interaction"), EDIT),
    **_in_branch(SERVICE, EDIT),
    **_in_branch((*SALES, *MARKETING, "level_change"), VIEW),
    **_over(("knowledge_article",), all=EDIT),
}

MATRIX: Final[Mapping[str, Mapping[str, Scopes]]] = {
    "sales": {
        **_COMMON,
        **_over(CUSTOMER, own=(*EDIT, Action.EXPORT), team=VIEW),
        **_over(SALES, own=EDIT, team=VIEW),
        **_over(("level_change",), own=EDIT, team=VIEW),
        **_over(FINANCIAL, own=VIEW),
        **_over(SERVICE, own=(Action.VIEW, Action.CREATE), team=(Action.VIEW, Action.CREATE)),
        **_in_branch(MARKETING, VIEW),
    },
    "sales-manager": {
        **_COMMON,
        **_over((*CUSTOMER, *SALES, "level_change", "segment"), department=LEAD),
        **_over(FINANCIAL, department=VIEW),
        **_over(SERVICE, department=(Action.VIEW, Action.CREATE)),
        **_in_branch(MARKETING, VIEW),
    },
    "service-agent": _SERVICE_DESK,
    "service": _SERVICE_DESK,
    "senior-service": _SERVICE_DESK,
    "service-manager": {
        **_SERVICE_DESK,
        **_in_branch(SERVICE, FULL),
        **_in_branch(("service_queue",), FULL),
        **_everywhere(("knowledge_article",), LEAD),
    },
    "quality": {
        **_COMMON,
        **_in_branch(("service_request", "return_visit"), (*EDIT, Action.APPROVE)),
        **_in_branch(("customer", "contact", "interaction", "work_order"), READ),
        **_everywhere(("knowledge_article",), LEAD),
    },
    "customer-office": {
        **_COMMON,
        **_everywhere(SERVICE, LEAD),
        **_everywhere((*CUSTOMER, "level_change"), READ),
        **_everywhere(("interaction",), EDIT),
        **_everywhere(("knowledge_article",), EDIT),
    },
    "customer-data": {
        **_COMMON,
        **_in_branch((*CUSTOMER, *CUSTOMER_DATA, *FINANCIAL), FULL),
        **_in_branch(("import",), FULL),
    },
    "finance": {
        **_COMMON,
        **_in_branch(FINANCIAL, (*EDIT, Action.EXPORT, Action.APPROVE)),
        **_in_branch((*CUSTOMER, *SALES, *SERVICE, *MARKETING, "level_change"), ASSESS),
        **_in_branch(("import",), EDIT),
    },
    "marketing-analyst": {
        **_COMMON,
        **_in_branch(MARKETING, EDIT),
        **_in_branch((*CUSTOMER, *SALES, *SERVICE, "level_change"), VIEW),
        **_in_branch(("segment",), EDIT),
    },
    "marketing-manager": {
        **_COMMON,
        **_in_branch((*MARKETING, "segment"), FULL),
        **_in_branch((*CUSTOMER, *SALES, *SERVICE, "level_change"), VIEW),
    },
    "hq-marketing": {
        **_COMMON,
        **_everywhere(MARKETING, LEAD),
        **_everywhere(("customer", "segment", *SALES), VIEW),
    },
    "legal": {
        **_COMMON,
        **_everywhere(("contract", "marketing_plan", "campaign", "service_request"), ASSESS),
        **_everywhere(("customer",), VIEW),
    },
    "product-design": {
        **_COMMON,
        **_everywhere((*CATALOGUE, "property_listing"), EDIT),
        **_everywhere((*MARKETING, "service_request"), VIEW),
    },
    "dispatcher": {
        **_COMMON,
        **_in_branch(("work_order",), LEAD),
        **_in_branch(("service_request",), (Action.VIEW, Action.CHANGE)),
        **_in_branch(("customer", "contact", "interaction"), VIEW),
    },
    "technician": {
        **_COMMON,
        **_over(("work_order",), own=(Action.VIEW, Action.CHANGE, Action.PRINT), team=VIEW),
        **_in_branch(("service_request", "customer", "contact"), VIEW),
    },
    "parts": {**_COMMON, **_in_branch(("work_order",), (Action.VIEW, Action.CHANGE))},
    "director": {
        **_COMMON,
        **_in_branch((*CUSTOMER, *SALES, *MARKETING, *SERVICE, "level_change", "segment"), DECIDE),
        **_in_branch(FINANCIAL, READ),
        **_in_branch(("user", "org_unit", "substitution"), VIEW),
        **_in_branch(("work_item", "process_instance"), (Action.VIEW, Action.ASSIGN)),
    },
    "top-management": {
        **_COMMON,
        **_everywhere((*CUSTOMER, *SALES, *MARKETING, *SERVICE, "level_change", "segment"), DECIDE),
        **_everywhere(FINANCIAL, (*READ, Action.EXPORT)),
        **_everywhere(OPERATIONS, FULL),
        **_everywhere(("user", "org_unit", "work_item", "process_instance"), VIEW),
    },
    "admin": {
        **_COMMON,
        **_in_branch((*CUSTOMER, *CUSTOMER_DATA, *FINANCIAL), FULL),
        **_in_branch((*ORGANISATION, *PROCESSES, *SERVICE_SETUP, *CATALOGUE), FULL),
    },
    "process-designer": {
        **_everywhere(("process_definition",), EDIT),
        **_everywhere(("process_instance", "incident"), VIEW),
    },
    "publisher": {
        **_everywhere(("process_definition",), FULL),
        **_everywhere(("process_instance", "incident"), VIEW),
    },
    "operator": {
        **_everywhere(("process_definition",), VIEW),
        **_everywhere(("process_instance", "incident", "work_item"), (Action.VIEW, Action.CHANGE, Action.ASSIGN)),
    },
}

_MONEY_READERS: Final = ("finance", "director", "top-management", "customer-data", "admin")
_IDENTITY: Final[Effects] = {None: FieldEffect.MASKED, "customer-data": FieldEffect.OPEN, "admin": FieldEffect.OPEN}
_MONEY: Final[Effects] = {
    None: FieldEffect.HIDDEN,
    "sales": FieldEffect.MASKED,
    "sales-manager": FieldEffect.READ_ONLY,
    **dict.fromkeys(_MONEY_READERS, FieldEffect.READ_ONLY),
    "customer-data": FieldEffect.OPEN,
    "admin": FieldEffect.OPEN,
}
_ADDRESS: Final[Effects] = {
    None: FieldEffect.OPEN,
    "marketing-analyst": FieldEffect.MASKED,
    "product-design": FieldEffect.HIDDEN,
    "legal": FieldEffect.MASKED,
}
_COST: Final[Effects] = {
    None: FieldEffect.HIDDEN,
    **dict.fromkeys(("finance", "director", "top-management", "sales-manager"), FieldEffect.READ_ONLY),
    "product-design": FieldEffect.OPEN,
    "admin": FieldEffect.OPEN,
}

_FLOOR_PRICE: Final[Effects] = {**_COST, "sales": FieldEffect.READ_ONLY}
_BIRTHDAY_READERS: Final = (
    *("sales", "sales-manager", "service-agent", "service", "senior-service", "service-manager"),
    *("customer-data", "admin"),
)
_BIRTHDAY: Final[Effects] = {None: FieldEffect.MASKED, **dict.fromkeys(_BIRTHDAY_READERS, FieldEffect.OPEN)}

# By kind and field; the role None stands for everybody without a rule of their own.
FIELD_RULES: Final[Mapping[tuple[str, str], Effects]] = {
    ("customer", "id_no"): _IDENTITY,
    ("customer", "credit_code"): {None: FieldEffect.OPEN},
    ("customer", "birth_date"): _BIRTHDAY,
    ("customer", "phone"): _ADDRESS,
    ("customer", "mobile"): _ADDRESS,
    ("customer", "email"): _ADDRESS,
    ("customer", "wechat"): _ADDRESS,
    ("customer", "address"): _ADDRESS,
    ("contact", "phones"): _ADDRESS,
    ("contact", "email"): _ADDRESS,
    ("customer", "account_status"): {None: FieldEffect.READ_ONLY, "customer-data": FieldEffect.OPEN},
    ("customer", "value_score"): {None: FieldEffect.READ_ONLY},
    ("customer", "overdue_amount"): _MONEY,
    ("customer", "overdue_days"): _MONEY,
    ("customer", "balance"): _MONEY,
    ("customer", "credit_limit"): _MONEY,
    ("customer", "credit_score"): _MONEY,
    ("product", "cost"): _COST,
    ("product", "min_price"): _FLOOR_PRICE,
    ("consumption", "cost"): _COST,
}
