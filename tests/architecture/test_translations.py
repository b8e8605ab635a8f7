"""Every text of code and templates has its Chinese."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

CHECKOUT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "api", "bpmn", "config", "crm_core", "notifications", "tasks_inbox", "web", "workflows")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
IN_TEMPLATE = re.compile(r"""\bn?gettext\(u?(['"])(.*?)(?<!\\)\1""", re.DOTALL)
SAME_IN_BOTH = {"English", "Baton 接力", "Baton"}


def texts() -> Iterator[tuple[str, str]]:
    """(file, English text) of everything marked for translation."""
    for app in APPS:
        for path in sorted((CHECKOUT / app).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                source = path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                for quote, text in IN_TEMPLATE.findall(templatize(path.read_text())):
                    yield str(path.relative_to(CHECKOUT)), ast.literal_eval(quote + text + quote)
                continue
            else:
                continue
            for _line, message, _comments, _context in extract("python", BytesIO(source), keywords=KEYWORDS):
                yield str(path.relative_to(CHECKOUT)), message if isinstance(message, str) else message[0]


def _as_list(string: object) -> list[object]:
    return list(string) if isinstance(string, list | tuple) else [string]


def test_every_text_has_its_chinese():
    with (CHECKOUT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id
        and not message.fuzzy
        and all([message.string] if isinstance(message.string, str) else message.string)
    }
    missing = {(file, text) for file, text in texts() if text and text not in translated and text not in SAME_IN_BOTH}
    assert sorted(missing) == []
