"""What a browser without a cache has to fetch before the inbox is there: at most 100 KB, compressed as it is sent."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tasks_inbox.models import WorkItem

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.STATIC_BUILD.exists(), reason="the front end is not built (npm run build)"),
]
MOST_BYTES = 100_000
ASSETS = re.compile(r'<(?:script[^>]*\bsrc|link[^>]*\brel="(?:stylesheet|modulepreload|preload)"[^>]*\bhref)="([^"]+)"')
HEADERS = {"accept-encoding": "gzip"}


def copies(template: WorkItem, number: int) -> None:
    """So many more tasks like it, in as many processes as one needs."""
    WorkItem.objects.bulk_create(
        WorkItem(
            instance=template.instance,
            step=f"copy-{each}",
            element=f"copy-{each}",
            name=f"Check the order {each}",
            process_key=template.process_key,
            assignee=template.assignee,
            created_at=template.created_at,
        )
        for each in range(number)
    )


def fetched(client, address: str) -> tuple[int, bytes]:
    """What comes over the line, and the text of it; compressed, or it is a failure."""
    import gzip

    answer = client.get(address, headers=HEADERS)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, address
    assert answer["Content-Encoding"] == "gzip", address
    return len(content), gzip.decompress(content)


def test_a_full_inbox_is_there_after_a_hundred_kilobytes(client, alice, ask):
    copies(ask(assignee="alice"), 80)
    client.force_login(alice)
    size, page = fetched(client, "/inbox/mine/")
    assert page.count(b"data-live-item=") == 50
    assets = ASSETS.findall(page.decode())
    assert any(asset.endswith(".js") for asset in assets)
    assert any(asset.endswith(".css") for asset in assets)
    assert not any("/form-" in asset or "/diagram-" in asset for asset in assets), "these come when the page is there"
    sizes = {asset: fetched(client, asset)[0] for asset in assets}
    assert size + sum(sizes.values()) <= MOST_BYTES, (size, sizes)
