"""What is looked at on every page that is visited: words of another language, things cut off, and axe once a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils.translation import trans_real
from playwright.sync_api import expect

from tests.browser.conftest import violations
from tests.browser.offers import CHINESE, asked_in, bundles, in_language, outcomes

PHONE, OFFICE = 375, 1280
HEIGHT = {PHONE: 812, OFFICE: 860}
TEXTS = """() => {
  const seen = new Set();
  const add = (text) => { const plain = (text ?? '').replace(/\\s+/g, ' ').trim(); if (plain) seen.add(plain); };
  const shown = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const silent = 'script, style, template, kbd, [lang=en], .fjs-powered-by, .bjs-powered-by';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(silent) && shown(parent)) add(walker.currentNode.textContent);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'data-tip']) {
    for (const element of document.querySelectorAll(`[${name}]:not([title*="bpmn.io"])`)) {
      if (shown(element)) add(element.getAttribute(name));
    }
  }
  add(document.title);
  return [...seen];
}"""
WIDE = "() => document.body.scrollWidth - document.body.clientWidth"
SEEN = """
  const seen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !element.closest('.sr-only, .skip-link, svg, .djs-container, [popover]:not(:popover-open)');
  const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
  const called = (element) => {
    const words = (element.innerText || element.value || '').replace(/\\s+/g, ' ').slice(0, 40);
    const names = [...element.classList].map((each) => `.${each}`).join('');
    return `${element.localName}${element.id && `#${element.id}`}${names} “${words}”`;
  };
"""
BEYOND = f"""() => {{{SEEN}
  const found = [];
  const rolls = (element) => {{
    for (let at = element.parentElement; at; at = at.parentElement) {{
      if (at !== document.body && /auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
    }}
    return false;
  }};
  for (const element of document.body.querySelectorAll('*')) {{
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || (box.left >= -1 && box.right <= innerWidth + 1)) continue;
    if (seen(element) && !rolls(element)) found.push(`beyond the window: ${{called(element)}}`);
  }}
  return found;
}}"""
CLIPPED = f"""() => {{{SEEN}
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {{
    const wider = element.scrollWidth > element.clientWidth + 1;
    const higher = element.scrollHeight > element.clientHeight + 3;
    if (element.clientWidth < 2 || !(wider || higher)) continue; // one pixel: for screen readers only
    const style = getComputedStyle(element);
    if (!element.innerText?.trim() || !seen(element)) continue;
    if (style.textOverflow === 'ellipsis') continue;
    const across = wider && hides(style.overflowX);
    const down = higher && hides(style.overflowY) && style.webkitLineClamp === 'none';
    if (across || down) found.push(`cut off ${{across ? 'across' : 'down'}}: ${{called(element)}}`);
  }}
  return found;
}}"""
VALUE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w+\}")
CHARACTER = re.compile(r"[\u3400-\u9fff]")
BOTH_LANGUAGES = ("Baton 接力", "接力", "简体中文", "中文", "English")
LATIN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")


@cache
def _catalogue() -> tuple[dict[str, str], re.Pattern[str]]:
    """The English of every text that has a Chinese one: whole, and as a pattern where it holds values."""
    plain: dict[str, str] = {}
    open_ends = []
    for key, chinese in trans_real.translation(CHINESE)._catalog.items():
        english = key[0] if isinstance(key, tuple) else key
        english = english.rpartition("\x04")[2]
        if not english or english == chinese or len(english) > 400:
            continue
        if VALUE.search(english):
            parts = [re.escape(part) for part in VALUE.split(english)[::2]] if "%(" in english else []
            if any(re.search(r"[a-z]{3,}", part) for part in parts):
                open_ends.append(".+".join(parts))
        elif re.search(r"[A-Za-z]{2,}", english):
            plain[" ".join(english.split())] = str(chinese)
    assert plain, "the Chinese catalogue is not compiled: manage.py compilemessages"
    return plain, re.compile("|".join(f"(?:{part})" for part in open_ends) or r"(?!)", re.DOTALL)


@cache
def _english_of(folder: str) -> frozenset[str]:
    """The English names, labels and words of a process that are other in Chinese."""
    words: set[str] = set()
    for bundle in bundles(folder):
        chinese = bundle.texts[CHINESE]
        names = {node.id: node.name for node in bundle.process.nodes.values() if node.name and node.id in chinese}
        words |= {name for id, name in names.items() if chinese[id].get("name") != name}
        for form in bundle.forms.values():
            other = in_language(bundle, form, CHINESE)
            for here, there in zip(asked_in(form), asked_in(other), strict=True):
                words |= set(here.words) - set(there.words)
                words |= {label for value, label in here.options.items() if there.options[value] != label}
            words |= set(outcomes(form).values()) - set(outcomes(other).values())
    return frozenset(words)


def english_on(page: Any, folder: str) -> list[str]:
    """English texts on a page that should be Chinese: ours from the catalogue, the process's, and whole phrases."""
    return english_in(page.evaluate(TEXTS), folder)


def english_in(texts: Iterable[str], *folders: str) -> list[str]:
    """The same of given texts, with the words of the processes of several folders."""
    plain, patterns = _catalogue()
    own = frozenset().union(*(_english_of(folder) for folder in folders))
    return [text for text in texts if text in plain or text in own or patterns.fullmatch(text) or LATIN.search(text)]


def chinese_in(texts: Iterable[str]) -> list[str]:
    """Chinese texts on a page that should be English."""
    return [text for text in texts if CHARACTER.search(text)]


def texts_on(page: Any, data: Iterable[str]) -> list[str]:
    """The texts on a page without what is data (longest first), and without the names of the two languages."""
    known = re.compile("|".join(re.escape(word) for word in (*data, *BOTH_LANGUAGES)))
    found = (" ".join(known.sub("", text).split()) for text in page.evaluate(TEXTS))
    return [text for text in found if text]


def wait_until_drawn(page: Any) -> list[str]:
    """Wait for forms and diagrams in sight; each must bear the mark its licence asks for."""
    found = []
    for kind, mark in (("diagram", ".bjs-powered-by"), ("form-viewer", ".fjs-powered-by")):
        for each in page.locator(f"[data-{kind}]:visible").all():
            each.scroll_into_view_if_needed()
            try:
                expect(each).to_have_attribute("data-ready", "", timeout=15_000)
            except AssertionError:
                found.append(f"a {kind} that was not drawn")
                continue
            if not each.locator(f"{mark}:visible").count():
                found.append(f"a {kind} without the mark of bpmn.io")
    return found


def too_wide(page: Any) -> list[str]:
    """By how much the page is wider than its window, and what stands beyond it."""
    wide = page.evaluate(WIDE)
    return [*([f"{wide} px too wide"] if wide > 0 else []), *page.evaluate(BEYOND)]


def clipped(page: Any) -> list[str]:
    """What is cut off without a sign of it."""
    return list(page.evaluate(CLIPPED))


def cut_off(page: Any) -> list[str]:
    """The widths at which the page is wider than its window; the office's width is left behind."""
    found = []
    for width in (PHONE, OFFICE):
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        wide = page.evaluate(WIDE)
        if wide > 0:
            found.append(f"{wide} px too wide at {width} px")
    return found


def unreadable(page: Any) -> list[str]:
    """What axe finds on the page."""
    return violations(page)
