"""What is looked at on every page that is visited: words of another language, things cut off, and axe once a kind."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.utils.translation import trans_real

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
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => undefined))).then(() => undefined)"""
VALUE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w+\}")
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
    plain, patterns = _catalogue()
    own = _english_of(folder)
    return [
        text
        for text in page.evaluate(TEXTS)
        if text in plain or text in own or patterns.fullmatch(text) or LATIN.search(text)
    ]


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
    """What axe finds once everything has stopped moving: half faded in, no text has its contrast."""
    page.evaluate(STILL)
    return violations(page)
