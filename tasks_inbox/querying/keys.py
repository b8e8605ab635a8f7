"""What the query line can ask for: each key with its names in both languages and the values it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tasks_inbox.querying import values

NO_WORDS: Mapping[str, str] = MappingProxyType({})
DUE_WORDS = {
    "late": "late",
    "overdue": "late",
    "超时": "late",
    "逾期": "late",
    "today": "today",
    "今天": "today",
    "tomorrow": "tomorrow",
    "明天": "tomorrow",
    "week": "week",
    "本周": "week",
    "none": "none",
    "无": "none",
}
IS_WORDS = {
    "unclaimed": "unclaimed",
    "free": "unclaimed",
    "未认领": "unclaimed",
    "claimed": "claimed",
    "taken": "claimed",
    "已认领": "claimed",
    "overdue": "overdue",
    "late": "overdue",
    "逾期": "overdue",
    "超时": "overdue",
    "unread": "unread",
    "未读": "unread",
}
ASSIGNEE_WORDS = {"me": "me", "我": "me", "none": "none", "nobody": "none", "无": "none"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: ``words`` are the values with a meaning of their own (any spelling to the one that is kept).

    ``accepts`` says which other values it takes; ``compares`` whether ``<`` and ``>`` may stand before them.
    ``problem`` names what is wrong with a value it does not take.
    """

    name: str
    also: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    accepts: Callable[[str], bool] = bool
    compares: bool = False
    problem: str = "value"


def _nothing(text: str) -> bool:
    return False


KEYS = {
    key.name: key
    for key in (
        Key("due", ("到期",), DUE_WORDS, values.is_moment, compares=True, problem="moment"),
        Key("is", ("是", "状态"), IS_WORDS, _nothing, problem="state"),
        Key("process", ("流程",)),
        Key("step", ("步骤",)),
        Key("customer", ("客户",)),
        Key("assignee", ("处理人", "owner"), ASSIGNEE_WORDS),
        Key("unit", ("部门", "单位")),
        Key("label", ("标签",)),
        Key("priority", ("优先级",), NO_WORDS, values.is_priority, compares=True, problem="priority"),
        Key("age", ("等待",), NO_WORDS, values.is_duration, compares=True, problem="duration"),
    )
}
_NAMES = {name: key for key in KEYS.values() for name in (key.name, *key.also)}


def key_named(name: str) -> Key | None:
    """The key of this name in either language, however its letters are written."""
    return _NAMES.get(name.casefold())


def nearest(name: str) -> str:
    """The key a mistyped name may have meant: it begins alike, or differs by one letter; empty when none does."""
    wanted = name.casefold()
    for key in KEYS:
        if len(wanted) > 1 and (key.startswith(wanted) or wanted.startswith(key) or _one_apart(key, wanted)):
            return key
    return ""


def _one_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    at = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest = longer[at + 1 :]
    swapped = shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    return rest in (shorter[at:], shorter[at + 1 :]) or swapped
