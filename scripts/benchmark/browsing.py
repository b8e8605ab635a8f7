"""The inbox in a real browser: how soon the next task is shown after an act, and whether long lists scroll smoothly."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
NEXT = "an act until the next task is shown, worst, ms"
LONGEST = "longest task of the browser while 5,000 rows are scrolled, ms"
ROWS = "rows in the document, at most"
SCROLLS, AHEAD_MS = 60, 1_500

LONG_TASKS = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.longest = Math.max(window.longest, each.duration);
  }).observe({type: 'longtask'});
}"""
ACT = """() => new Promise((done, failed) => {
  const before = document.querySelector('[data-shows]').dataset.shows;
  setTimeout(() => failed(new Error('the next task was not shown')), 10000);
  const began = performance.now();
  const look = () => {
    const shown = document.querySelector('[data-shows]')?.dataset.shows;
    if (shown && shown !== before) done(performance.now() - began); else requestAnimationFrame(look);
  };
  document.querySelector('.task-foot .btn-primary').click();
  look();
})"""


def browse(port: int, *, turns: int) -> dict[str, float]:
    """Act and scroll as the clerk does; nothing where no browser or no built front end is there."""
    from django.conf import settings

    from scripts.benchmark import product
    from scripts.benchmark.serving import session_of

    if not CHROMIUM.exists() or find_spec("playwright") is None or not settings.STATIC_BUILD.exists():
        return {}
    from playwright.sync_api import sync_playwright

    address = f"http://127.0.0.1:{port}"
    cookie: Any = {"name": "sessionid", "value": session_of(product.clerk()), "url": address}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        context.add_cookies([cookie])
        context.add_init_script(f"({LONG_TASKS})()")
        page = context.new_page()
        scrolled = _scrolled(page)
        acted = _acted(page, max(3, turns // 6))
        browser.close()
    return {"an act until the next task is shown, p50, ms": median(acted), NEXT: max(acted)} | scrolled


def _scrolled(page: Any) -> dict[str, float]:
    page.goto("/inbox/mine/")
    page.locator("[data-live-item]").first.wait_for()
    page.wait_for_timeout(AHEAD_MS)
    page.evaluate("() => { window.longest = 0; }")
    rows = 0
    for _turn in range(SCROLLS):
        page.locator("#inbox-rows").evaluate("(list) => list.scrollBy(0, 2400)")
        page.wait_for_timeout(120)
        rows = max(rows, page.locator("[data-live-item]").count())
    return {LONGEST: page.evaluate("() => window.longest"), ROWS: rows}


def _acted(page: Any, turns: int) -> list[float]:
    """The clerk's own tasks, with a form of five fields, completed one after the other by its button."""
    page.goto("/inbox/mine/")
    found = []
    for _turn in range(turns):
        page.locator("#task-form[data-ready]").wait_for()
        _fill_in(page)
        page.wait_for_timeout(AHEAD_MS)  # the next one is fetched meanwhile, as while a person reads
        found.append(float(page.evaluate(ACT)))
    return found


def _fill_in(page: Any) -> None:
    form = page.locator("#task-form")
    for field in form.locator("input[type=text]:visible, textarea:visible").all():
        field.fill("5")
