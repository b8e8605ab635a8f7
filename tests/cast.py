"""The people of every test: alice who owns the record, bob beside her, charlie from elsewhere, and who decides.

Ask for a person by their fixture, ``def test_it(alice, charlie)``; each is made on first use with unit, roles, manager
and headship. ``units`` gives the tree. Areas that need more people add lines to ``PEOPLE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import OrgUnit, User

# code: (parent, kind, function, name, Chinese name)
UNITS: dict[str, tuple[str | None, str, str, str, str]] = {
    "HQ": (None, "hq", "management", "Headquarters", "总部"),
    "HQ-CS": ("HQ", "department", "service", "Customer office", "客户服务办公室"),
    "HQ-LEGAL": ("HQ", "department", "management", "Legal", "法务部"),
    "HQ-MKT": ("HQ", "department", "marketing", "Headquarters marketing", "总部市场部"),
    "HZ": ("HQ", "city_branch", "management", "Hangzhou", "杭州"),
    "HZ-SALES": ("HZ", "department", "sales", "Hangzhou sales", "杭州销售部"),
    "HZ-SALES-1": ("HZ-SALES", "team", "sales", "Hangzhou sales team 1", "杭州销售一组"),
    "HZ-SALES-2": ("HZ-SALES", "team", "sales", "Hangzhou sales team 2", "杭州销售二组"),
    "HZ-SERVICE": ("HZ", "department", "service", "Hangzhou service", "杭州客服部"),
    "HZ-MKT": ("HZ", "department", "marketing", "Hangzhou marketing", "杭州市场部"),
    "HZ-FIN": ("HZ", "department", "finance", "Hangzhou finance", "杭州财务部"),
    "SH": ("HQ", "city_branch", "management", "Shanghai", "上海"),
    "SH-SALES": ("SH", "department", "sales", "Shanghai sales", "上海销售部"),
    "SH-SERVICE": ("SH", "department", "service", "Shanghai service", "上海客服部"),
}


@dataclass(frozen=True)
class Part:
    """Where somebody of the cast works, what they hold there, and to whom they report."""

    unit: str
    roles: tuple[str, ...] = ()
    manager: str | None = None
    head_of: str | None = None
    position: str = ""
    native_name: str = ""


PEOPLE: dict[str, Part] = {
    "alice": Part("HZ-SALES-1", ("sales",), "manager", position="sales_rep", native_name="林艾丽"),
    "bob": Part("HZ-SALES-1", ("sales",), "manager", position="sales_rep", native_name="周博"),
    "dora": Part("HZ-SALES-2", ("sales",), "manager", position="sales_rep", native_name="董朵"),
    "charlie": Part("SH-SALES", ("sales",), "sh_director", position="sales_rep", native_name="陈查理"),
    "manager": Part("HZ-SALES", ("sales-manager",), "director", "HZ-SALES", "manager", "马静"),
    "director": Part("HZ", ("director",), "ceo", "HZ", "director", "杜明"),
    "sh_director": Part("SH", ("director",), "ceo", "SH", "director", "沈道"),
    "ceo": Part("HQ", ("top-management",), None, "HQ", "director", "高远"),
    "finance": Part("HZ-FIN", ("finance",), "director", "HZ-FIN", "manager", "方芳"),
    "agent": Part("HZ-SERVICE", ("service-agent",), "service_manager", position="service_agent", native_name="艾静"),
    "handler": Part("HZ-SERVICE", ("service",), "service_manager", position="service_agent", native_name="韩乐"),
    "senior": Part("HZ-SERVICE", ("senior-service",), "service_manager", position="service_agent", native_name="孙宁"),
    "service_manager": Part("HZ-SERVICE", ("service-manager",), "director", "HZ-SERVICE", "manager", "石敏"),
    "dispatcher": Part("HZ-SERVICE", ("dispatcher",), "service_manager", native_name="狄帕"),
    "technician": Part("HZ-SERVICE", ("technician",), "service_manager", position="technician", native_name="田工"),
    "storekeeper": Part("HZ-SERVICE", ("parts",), "service_manager", native_name="库平"),
    "quality": Part("HZ-SERVICE", ("quality",), "director", native_name="齐质"),
    "analyst": Part("HZ-MKT", ("marketing-analyst",), "marketing_manager", position="analyst", native_name="安然"),
    "marketing_manager": Part("HZ-MKT", ("marketing-manager",), "director", "HZ-MKT", "manager", "梅凯"),
    "hq_marketing": Part("HQ-MKT", ("hq-marketing",), "ceo", "HQ-MKT", "manager", "何总"),
    "customer_office": Part("HQ-CS", ("customer-office",), "ceo", "HQ-CS", "manager", "郝客"),
    "lawyer": Part("HQ-LEGAL", ("legal",), "ceo", "HQ-LEGAL", "manager", "罗法"),
    "data_clerk": Part("HZ", ("customer-data",), "director", native_name="戴塔"),
    "admin": Part("HQ", ("admin",), "ceo", position="admin", native_name="安民"),
    "branch_admin": Part("HZ", ("admin",), "director", position="admin", native_name="白安"),
    "designer": Part("HQ", ("process-designer",), "ceo", native_name="丁设"),
    "publisher": Part("HQ", ("publisher",), "ceo", native_name="潘发"),
    "operator": Part("HQ", ("operator",), "ceo", native_name="欧维"),
}


class Units:
    """The tree by code, ``units["HZ-SALES"]``: made whole on first use."""

    def __init__(self) -> None:
        from accounts.models import OrgUnit
        from tests.factories import UnitFactory

        self.by_code: dict[str, OrgUnit] = {}
        waiting = dict(UNITS)
        while waiting:  # one statement for each level of the tree
            level = {code: unit for code, unit in waiting.items() if unit[0] is None or unit[0] in self.by_code}
            made = [
                UnitFactory.build(
                    code=code,
                    parent=self.by_code[parent] if parent else None,
                    kind=kind,
                    function=function,
                    name=name,
                    name_zh=name_zh,
                )
                for code, (parent, kind, function, name, name_zh) in level.items()
            ]
            OrgUnit.objects.bulk_create(made)
            self.by_code |= {unit.code: unit for unit in made}
            waiting = {code: unit for code, unit in waiting.items() if code not in level}

    def __getitem__(self, code: str) -> OrgUnit:
        return self.by_code[code]


class Cast:
    """Makes people when they are first needed: ``cast("alice")``."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self._people: dict[str, User] = {}

    def __call__(self, name: str) -> User:
        if name not in self._people:
            self._people[name] = self._make(name, PEOPLE[name])
        return self._people[name]

    def whole(self) -> dict[str, User]:
        """Everybody."""
        return {name: self(name) for name in PEOPLE}

    def _make(self, name: str, part: Part) -> User:
        from tests.factories import UserFactory

        person: User = UserFactory(
            username=name,
            org_unit=self.units[part.unit],
            manager=self(part.manager) if part.manager else None,
            position=part.position,
            native_name=part.native_name,
            roles=part.roles,
        )
        if part.head_of:
            unit = self.units[part.head_of]
            unit.head = person
            unit.save(update_fields=["head"])
        return person


@pytest.fixture
def units(db: Any) -> Units:
    """The organisation tree."""
    return Units()


@pytest.fixture
def cast(units: Units) -> Cast:
    """The people by name."""
    return Cast(units)


def _fixture_of(name: str) -> Callable[..., Any]:
    def person(cast: Cast) -> User:
        return cast(name)

    person.__doc__ = f"{name}: {', '.join(PEOPLE[name].roles)} at {PEOPLE[name].unit}."
    return pytest.fixture(name=name)(person)


for _name in PEOPLE:
    globals()[_name] = _fixture_of(_name)

__all__ = ["PEOPLE", "UNITS", "Cast", "Part", "Units", "cast", "units", *PEOPLE]  # noqa: PLE0604
