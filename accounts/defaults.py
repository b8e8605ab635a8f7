"""What a new company starts with: roles, the rights matrix, and the work calendar."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.default_rights import FIELD_RULES, MATRIX
from accounts.models import DataScope, FieldRule, Role, WorkCalendar

ROLES: dict[str, tuple[str, str]] = {
    "sales": ("Sales", "销售"),
    "sales-manager": ("Sales manager", "销售经理"),
    "service-agent": ("Service agent", "客服专员"),
    "service": ("Service handler", "服务处理人"),
    "senior-service": ("Senior service handler", "高级服务处理人"),
    "service-manager": ("Service manager", "服务经理"),
    "quality": ("Quality office", "质量办"),
    "customer-office": ("Customer office", "客户服务办公室"),
    "customer-data": ("Customer-data office", "客户数据办"),
    "finance": ("Finance", "财务"),
    "marketing-analyst": ("Marketing analyst", "市场分析员"),
    "marketing-manager": ("Marketing manager", "市场经理"),
    "hq-marketing": ("Headquarters marketing", "总部市场部"),
    "legal": ("Legal", "法务"),
    "product-design": ("Product design", "产品设计"),
    "dispatcher": ("Dispatcher", "派工员"),
    "technician": ("Technician", "技术员"),
    "parts": ("Parts store", "备件库"),
    "director": ("Branch director", "分公司总监"),
    "top-management": ("Top management", "高层管理"),
    "admin": ("Administrator", "系统管理员"),
    "process-designer": ("Process designer", "流程设计师"),
    "publisher": ("Process publisher", "流程发布人"),
    "operator": ("Process operator", "流程运维"),
}
FALLBACK_GROUP = "top-management"
FALLBACK_GROUPS = {"top-management": "", "admin": "", "publisher": "admin", "operator": "admin"}
CALENDAR_CODE = "china"


def install(*, using: str = "default") -> None:
    """Add what is missing; change nothing that is there.

    A right that the company took away stays away, because its row stays without actions.
    """
    _install_roles(using)
    DataScope.objects.using(using).bulk_create(_scopes(), ignore_conflicts=True)
    _install_field_rules(using)
    _install_calendar(using)


def _install_roles(using: str) -> None:
    roles = (
        Role(code=code, name=name, name_zh=name_zh, fallback_group=FALLBACK_GROUPS.get(code, FALLBACK_GROUP))
        for code, (name, name_zh) in ROLES.items()
    )
    Role.objects.using(using).bulk_create(roles, ignore_conflicts=True)


def _scopes() -> Iterable[DataScope]:
    for role, kinds in MATRIX.items():
        for kind, scopes in kinds.items():
            for scope, actions in scopes.items():
                yield DataScope(role_id=role, kind=kind, scope=scope, actions=list(actions))


def _install_field_rules(using: str) -> None:
    rules = (
        FieldRule(role_id=role, kind=kind, field=field, effect=effect)
        for (kind, field), effects in FIELD_RULES.items()
        for role, effect in effects.items()
    )
    FieldRule.objects.using(using).bulk_create(rules, ignore_conflicts=True)


def _install_calendar(using: str) -> None:
    calendars = WorkCalendar.objects.using(using)
    if calendars.exists():
        return
    calendars.create(
        code=CALENDAR_CODE,
        name="China, Monday to Friday",
        name_zh="中国,周一至周五",
        zone="Asia/Shanghai",
        hours={"mon-fri": ["09:00-12:00", "13:00-18:00"]},
        region="CN",
        is_default=True,
    )
