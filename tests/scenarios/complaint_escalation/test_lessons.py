"""After a critical complaint: quality judges it, the unit improves, and fraud asks for a review of the level."""

from __future__ import annotations

import pytest

from crm_core.levels.models import LevelChange
from crm_core.service.commands import record_customer_answer
from crm_core.service.models import KnowledgeArticle
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def critical(complaint, agent, customer_office):
    story = complaint()
    story.classify(agent, flags=["safety"])
    story.handle(customer_office)
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    running.settle()
    assert story.waiting == ["uphold"]
    return story


def test_upheld(critical, quality, service_manager):
    critical.complete("uphold", quality, upheld="upheld", verdict_reason="True")
    assert critical.waiting == ["improve"]
    critical.complete("improve", service_manager, improvement="New tills")
    critical.complete("learn", quality, root_cause_code="product", article_title="Tills", article_body="Twice")
    assert (critical.request.improvement, critical.request.root_cause) == ("New tills", "product")
    assert KnowledgeArticle.objects.get().learned_from_id == critical.id
    assert not LevelChange.objects.exists()


def test_fraud_asks_for_a_level_review(critical, quality):
    critical.complete("uphold", quality, upheld="not_upheld", fraud=True, verdict_reason="Forged receipt")
    assert critical.waiting == ["learn"]
    change = LevelChange.objects.get()
    assert (change.source, change.customer_id) == ("complaint", critical.request.customer_id)
    assert ProcessInstance.objects.filter(process_key="customer-level-change", number=change.number).exists()


def test_no_article_without_a_title(critical, quality):
    critical.complete("uphold", quality, upheld="not_upheld", verdict_reason="No")
    critical.complete("learn", quality, root_cause_code="people")
    assert not KnowledgeArticle.objects.exists()
