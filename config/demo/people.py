"""Who works in the demo company, and where."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts import operations
from accounts.models import OrgUnit, UnitFunction, UnitKind, User


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the demo company."""

    code: str
    parent: str | None
    kind: UnitKind
    function: UnitFunction
    name: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Person:
    """A login of the demo company; ``roles`` are held at ``unit``."""

    username: str
    first: str
    last: str
    native: str
    unit: str
    position: str
    roles: tuple[str, ...]
    manager: str | None = None
    heads: str | None = None
    language: str = ""
    skills: tuple[str, ...] = ()


Kind, Function = UnitKind, UnitFunction
PLACES = (
    Place("HQ", None, Kind.HQ, Function.MANAGEMENT, "Headquarters", "总部"),
    Place("HQ-CUST", "HQ", Kind.DEPARTMENT, Function.MANAGEMENT, "Customer office", "客户管理办公室"),
    Place("HQ-FIN", "HQ", Kind.DEPARTMENT, Function.FINANCE, "Group finance", "集团财务部"),
    Place("HQ-MKT", "HQ", Kind.DEPARTMENT, Function.MARKETING, "Group marketing", "集团市场部"),
    Place("HQ-LEGAL", "HQ", Kind.DEPARTMENT, Function.MANAGEMENT, "Legal", "法务部"),
    Place("HZ", "HQ", Kind.CITY_BRANCH, Function.MANAGEMENT, "Hangzhou", "杭州分公司"),
    Place("HZ-SALES", "HZ", Kind.DEPARTMENT, Function.SALES, "Hangzhou sales", "杭州销售部"),
    Place("HZ-SERVICE", "HZ", Kind.DEPARTMENT, Function.SERVICE, "Hangzhou service", "杭州客服部"),
    Place("HZ-FIN", "HZ", Kind.DEPARTMENT, Function.FINANCE, "Hangzhou finance", "杭州财务部"),
    Place("HZ-MKT", "HZ", Kind.DEPARTMENT, Function.MARKETING, "Hangzhou marketing", "杭州市场部"),
    Place("SH", "HQ", Kind.CITY_BRANCH, Function.MANAGEMENT, "Shanghai", "上海分公司"),
    Place("SH-SALES", "SH", Kind.DEPARTMENT, Function.SALES, "Shanghai sales", "上海销售部"),
    Place("SH-SERVICE", "SH", Kind.DEPARTMENT, Function.SERVICE, "Shanghai service", "上海客服部"),
)

ZH = "zh-hans"
PEOPLE = (
    Person("gao.yuan", "Yuan", "Gao", "高远", "HQ", "director", ("top-management",), heads="HQ"),
    Person(
        *("hao.ke", "Ke", "Hao", "郝珂", "HQ-CUST", "manager"),
        roles=("customer-office", "customer-data", "top-management"),
        manager="gao.yuan",
        heads="HQ-CUST",
    ),
    Person("fang.ming", "Ming", "Fang", "方明", "HQ-FIN", "manager", ("finance",), "gao.yuan", "HQ-FIN"),
    Person("he.jing", "Jing", "He", "何静", "HQ-MKT", "manager", ("hq-marketing",), "gao.yuan", "HQ-MKT", ZH),
    Person("luo.wen", "Wen", "Luo", "罗文", "HQ-LEGAL", "manager", ("legal",), "gao.yuan", "HQ-LEGAL"),
    Person("zhao.lei", "Lei", "Zhao", "赵磊", "HZ", "director", ("director",), "gao.yuan", "HZ", ZH),
    Person("chen.jie", "Jie", "Chen", "陈洁", "HZ-SALES", "manager", ("sales-manager",), "zhao.lei", "HZ-SALES"),
    Person("li.wei", "Wei", "Li", "李伟", "HZ-SALES", "sales_rep", ("sales",), "chen.jie"),
    Person("wang.fang", "Fang", "Wang", "王芳", "HZ-SALES", "sales_rep", ("sales",), "chen.jie", language=ZH),
    Person("sun.li", "Li", "Sun", "孙丽", "HZ-FIN", "manager", ("finance",), "zhao.lei", "HZ-FIN"),
    Person(
        *("shi.min", "Min", "Shi", "石敏", "HZ-SERVICE", "manager"),
        roles=("service-manager", "dispatcher"),
        manager="zhao.lei",
        heads="HZ-SERVICE",
    ),
    Person("qi.lan", "Lan", "Qi", "齐岚", "HZ-SERVICE", "analyst", ("quality",), "zhao.lei", language=ZH),
    Person(
        *("liu.yang", "Yang", "Liu", "刘洋", "HZ-SERVICE", "service_agent"),
        roles=("service-agent", "service", "senior-service"),
        manager="shi.min",
        skills=("fee_settlement", "facility_fault", "chinese"),
    ),
    Person(
        *("xu.tao", "Tao", "Xu", "徐涛", "HZ-SERVICE", "technician"),
        roles=("technician", "parts"),
        manager="shi.min",
        skills=("hvac", "plumbing", "electric"),
    ),
    Person(
        *("tian.gang", "Gang", "Tian", "田刚", "HZ-SERVICE", "technician"),
        roles=("technician",),
        manager="shi.min",
        language=ZH,
        skills=("hvac", "electric"),
    ),
    Person(
        *("mei.kai", "Kai", "Mei", "梅凯", "HZ-MKT", "manager"),
        roles=("marketing-manager", "product-design"),
        manager="zhao.lei",
        heads="HZ-MKT",
    ),
    Person("lin.xia", "Xia", "Lin", "林夏", "HZ-MKT", "analyst", ("marketing-analyst",), "mei.kai", language=ZH),
    Person("james.miller", "James", "Miller", "", "SH", "director", ("director", "sales-manager"), "gao.yuan", "SH"),
    Person("emma.clark", "Emma", "Clark", "", "SH-SALES", "sales_rep", ("sales", "service-agent"), "james.miller"),
    Person(
        *("sofia.reyes", "Sofia", "Reyes", "", "SH-SERVICE", "manager"),
        roles=("service-manager", "quality", "dispatcher"),
        manager="james.miller",
        heads="SH-SERVICE",
    ),
    Person(
        *("zhu.qing", "Qing", "Zhu", "朱青", "SH-SERVICE", "technician"),
        roles=("service", "senior-service", "technician", "parts"),
        manager="sofia.reyes",
        skills=("hvac", "plumbing", "electric", "english", "chinese"),
    ),
    Person(
        *("an.min", "Min", "An", "安民", "HQ", "admin"),
        roles=("admin", "process-designer", "publisher", "operator"),
        manager="gao.yuan",
    ),
)


def staff_no(person: Person) -> str:
    """The staff number of somebody: their place in the list."""
    return f"D{PEOPLE.index(person) + 1:03d}"


@transaction.atomic(durable=True)
def enter_company(password_hashes: dict[str, str]) -> dict[str, User]:
    """Enter units, people, roles, managers and heads; returns the people by username."""
    units: dict[str, OrgUnit] = {}
    for place in PLACES:
        units[place.code] = operations.create_unit(
            actor=None,
            code=place.code,
            name=place.name,
            name_zh=place.name_zh,
            kind=place.kind,
            function=place.function,
            parent=units.get(place.parent or ""),
        )
    people = {person.username: _enter(person, units, password_hashes[person.username]) for person in PEOPLE}
    for person in PEOPLE:
        if person.manager:
            operations.set_manager(actor=None, person=people[person.username], manager=people[person.manager])
        if person.heads:
            operations.set_head(actor=None, unit=units[person.heads], head=people[person.username])
    return people


def _enter(person: Person, units: dict[str, OrgUnit], password_hash: str) -> User:
    return operations.create_user(
        actor=None,
        username=person.username,
        org_unit=units[person.unit],
        email=f"{person.username}@baton.example",
        password_hash=password_hash,
        roles=person.roles,
        first_name=person.first,
        last_name=person.last,
        native_name=person.native,
        language=person.language,
        position=person.position,
        skills=list(person.skills),
        staff_no=staff_no(person),
    )
