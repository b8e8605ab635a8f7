"""Complaints that end with an agreement, or without an answer."""

from __future__ import annotations

import pytest

from crm_core.service.commands import record_customer_answer
from crm_core.service.models import ReturnVisit
from tests.support import running

pytestmark = pytest.mark.django_db


def test_a_content_customer(complaint, agent, handler, quality):
    story = complaint()
    assert story.waiting == ["classify"]
    story.classify(agent)
    assert story.request.handler == handler
    assert story.waiting == ["investigate"]
    story.handle(handler)
    assert story.waiting == ["customer-answer"]
    assert story.request.is_paused
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True, score=5)
    running.settle()
    assert (story.request.status, story.request.closing_reason) == ("closed", "resolved-satisfied")
    assert ReturnVisit.objects.get().request_id == story.id
    story.complete("learn", quality, root_cause_code="process", article_title="Tills", article_body="Count once.")
    assert story.ends == ["resolved-satisfied"]
    assert story.variables["article"].startswith("KA-")
    assert story.instance.status == "completed"
