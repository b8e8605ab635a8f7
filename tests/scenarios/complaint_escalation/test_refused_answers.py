"""Complaints whose customer is not content: handled again, then decided by the director."""

from __future__ import annotations

import pytest

from crm_core.interactions.models import Interaction
from crm_core.service.commands import record_customer_answer
from tests.support import running

pytestmark = pytest.mark.django_db


def refuse(story, agent):
    record_customer_answer(actor=agent, request_id=story.id, satisfied=False, remark="Not enough")
    running.settle()


def test_twice_again_then_the_director(complaint, agent, handler, quality, director):
    story = complaint()
    story.classify(agent)
    for times in (1, 2, 3):
        story.handle(handler)
        refuse(story, agent)
        assert story.request.returned_times == times
        assert not story.request.is_paused
    assert story.waiting == ["mediate"]
    story.complete("mediate", director, solution="Final.", compensation_kind="none", external_channel="Court")
    assert (story.request.closing_reason, story.request.external_channel) == ("closed-final-decision", "Court")
    assert Interaction.objects.filter(subject__contains="final decision", summary__contains="Final.").exists()
    story.complete("learn", quality, root_cause_code="people")
    assert story.ends == ["closed-final-decision"]


def test_silence_for_three_business_days(complaint, agent, handler, quality):
    story = complaint()
    story.classify(agent)
    story.handle(handler)
    story.pass_hours(23.9)
    assert story.waiting == ["customer-answer"]
    story.pass_hours(0.2)
    assert story.request.closing_reason == "resolved-no-answer"
    story.complete("learn", quality, root_cause_code="people")
    assert story.ends == ["resolved-no-answer"]
