"""What the components of the page show: initials and tone of a person, how urgent a due time is, HTML attributes."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ICONS_FILE: Final = Path(__file__).parent / "icons.json"
TONES: Final = 7
CURRENCY_SIGNS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
_CJK: Final = re.compile(r"[㐀-鿿豈-﫿]")
_DASHED: Final = re.compile(r"^(data|aria|hx|accept)_")


class UnknownIcon(KeyError):
    """An icon that is not in frontend/icons.txt; add its name there and run `npm run icons`."""


@cache
def icon_shapes() -> dict[str, str]:
    """The inner SVG of every icon the product uses, by its lucide name."""
    shapes: dict[str, str] = json.loads(ICONS_FILE.read_text(encoding="utf-8"))
    return shapes


@lru_cache(maxsize=2048)
def icon_svg(name: str, size: str = "", label: str = "") -> SafeString:
    """The icon as inline SVG; with `label` it is announced, without it is hidden from screen readers."""
    try:
        shape = icon_shapes()[name]
    except KeyError as error:
        raise UnknownIcon(name) from error
    classes = f"icon icon-{size}" if size else "icon"
    access = html_attributes({"role": "img", "aria_label": label} if label else {"aria_hidden": "true"})
    return format_html('<svg class="{}" viewBox="0 0 24 24"{}>{}</svg>', classes, access, SafeString(shape))


def html_attributes(values: dict[str, Any]) -> SafeString:
    """Keyword arguments as HTML attributes: data_x becomes data-x, True a bare name, False and None nothing."""
    shown = ((_attribute_name(name), value) for name, value in values.items() if not _is_absent(name, value))
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in shown))


def _is_absent(name: str, value: Any) -> bool:
    return value is None or (value is False and not name.startswith("aria")) or value == ""


def _attribute_name(name: str) -> str:
    name = name.rstrip("_")
    return name.replace("_", "-") if _DASHED.match(name) else name


def _attribute(name: str, value: Any) -> SafeString:
    if value is True and not name.startswith("aria-"):
        return format_html(" {}", name)
    return format_html(' {}="{}"', name, str(value).lower() if isinstance(value, bool) else value)


def person_name(person: Any) -> str:
    """The name to show for a user, a contact, any object with a name, or the text itself."""
    if isinstance(person, str):
        return person
    for attribute in ("display_name", "full_name", "name"):
        if value := getattr(person, attribute, None):
            return str(value() if callable(value) else value)
    if callable(full_name := getattr(person, "get_full_name", None)) and (value := full_name()):
        return str(value)
    return str(person)


def initials(name: str, *, letters: int = 2) -> str:
    """First letters of first and last word; of a Chinese name the last characters, one where there is little room."""
    name = name.strip()
    if _CJK.search(name):
        characters = "".join(_CJK.findall(name))
        return characters[-1:] if letters < 3 else characters[-2:]
    words = [word for word in re.split(r"[\s.\-_@]+", name) if word[:1].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "?"


def tone_of(name: str) -> int:
    """One of the seven face colours, always the same for the same name."""
    return zlib.crc32(name.encode()) % TONES + 1


@dataclass(frozen=True, slots=True)
class DueMark:
    """How a due time looks: its state, how much of the time is used (0 to 100)."""

    state: str
    used: int
    left: timedelta


def due_mark(*, due_at: datetime, since: datetime | None, now: datetime, soon_share: float = 0.2) -> DueMark:
    """Late after the due time, soon when less than a fifth of the time is left, otherwise quiet."""
    left = due_at - now
    if left <= timedelta(0):
        return DueMark("late", 100, left)
    total = due_at - since if since and since < due_at else max(left, timedelta(days=7))
    used = round(100 * (1 - left / total)) if total else 100
    return DueMark("soon" if left < total * soon_share else "", max(0, min(99, used)), left)


def money(amount: Decimal | int | float | None, currency: str = "CNY") -> str:
    """An amount with its sign and thin groups; cents only where there are any; a dash for none."""
    if amount is None:
        return "–"
    value = Decimal(str(amount))
    digits = 0 if value == value.to_integral_value() else 2
    text = f"{abs(value):,.{digits}f}"  # the same groups of three in both languages
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    return f"{'−' if value < 0 else ''}{sign}{text}"


def capped(count: int | str | None, limit: int = 99) -> str:
    """A count of at most two digits: 99+ beyond."""
    return f"{limit}+" if isinstance(count, int) and count > limit else str(count or 0)


_KEY_LABELS: Final = {"Enter": "↵", "Escape": "Esc", "ArrowUp": "↑", "ArrowDown": "↓", "Space": "␣"}
_ARIA_KEYS: Final = {"Ctrl": "Control"}


def key_label(key: str) -> str:
    """A key as printed: "Ctrl+Enter" becomes "Ctrl ↵", "a" becomes "A"."""
    return " ".join(
        _KEY_LABELS.get(part, part.upper() if len(part) == 1 else part) for part in re.split(r"(?<=.)\+", key)
    )


def aria_key(key: str) -> str:
    """A key in the words of aria-keyshortcuts: "Control+Enter"."""
    return "+".join(_ARIA_KEYS.get(part, part) for part in re.split(r"(?<=.)\+", key)) if key else ""
