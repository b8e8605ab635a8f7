"""Answering, converting, correcting and reassigning requests."""

from __future__ import annotations

import pytest

from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused, WrongState
from crm_core.service.commands import (
    answer_request,
    change_request,
    change_severity,
    convert_to_complaint,
    reassign_request,
    record_customer_answer,
    withdraw_complaint,
)
from crm_core.service.models import ServiceRequest
from tests.support import running
from workflows.models import Delivery, ProcessInstance

pytestmark = pytest.mark.django_db


def reload(request):
    return ServiceRequest.objects.get(pk=request.pk)


class TestAnswer:
    def test_it_works(self, asked, agent, clock):
        request = answer_request(actor=agent, request_id=asked().pk, answer="From nine to six.")
        assert (request.status, request.closing_reason, request.handler) == ("closed", "answered", agent)
        assert request.first_responded_at == request.closed_at == clock.now()
        assert request.sla_running_since is None

    def test_complaints_are_answered_in_their_process(self, asked, agent):
        with pytest.raises(WrongState):
            answer_request(actor=agent, request_id=asked("complaint").pk, answer="Sorry")

    def test_words_are_needed(self, asked, agent):
        with pytest.raises(ValuesRefused):
            answer_request(actor=agent, request_id=asked().pk, answer=" ")

    def test_once(self, asked, agent):
        request = asked()
        answer_request(actor=agent, request_id=request.pk, answer="Yes")
        with pytest.raises(WrongState):
            answer_request(actor=agent, request_id=request.pk, answer="No")

    def test_sales_only_look_on(self, asked, alice):
        with pytest.raises(NotPermitted):
            answer_request(actor=alice, request_id=asked().pk, answer="Yes")

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            answer_request(actor=charlie, request_id=asked().pk, answer="Yes")


class TestConvert:
    def test_it_works(self, asked, agent):
        request = asked(description="Nobody came")
        complaint = convert_to_complaint(actor=agent, request_id=request.pk)
        assert (complaint.kind, complaint.converted_from_id, complaint.description) == (
            "complaint",
            request.pk,
            "Nobody came",
        )
        assert reload(request).closing_reason == "converted"
        running.settle()
        assert ProcessInstance.objects.get().number == complaint.number

    def test_a_complaint_is_one_already(self, asked, agent):
        with pytest.raises(WrongState):
            convert_to_complaint(actor=agent, request_id=asked("complaint").pk)

    def test_once(self, asked, agent):
        request = asked()
        convert_to_complaint(actor=agent, request_id=request.pk)
        with pytest.raises(WrongState):
            convert_to_complaint(actor=agent, request_id=request.pk)

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            convert_to_complaint(actor=charlie, request_id=asked().pk)


class TestChange:
    def test_it_works(self, asked, agent):
        request = change_request(actor=agent, request_id=asked().pk, values={"subject": "Better"}, seen_version=1)
        assert (request.subject, request.version) == ("Better", 2)

    def test_a_stale_editor_is_told(self, asked, agent):
        with pytest.raises(RecordHasChanged):
            change_request(actor=agent, request_id=asked().pk, values={"subject": "Better"}, seen_version=7)

    def test_the_clock_is_not_edited(self, asked, agent):
        with pytest.raises(ValuesRefused):
            change_request(actor=agent, request_id=asked().pk, values={"sla_hours": 1})

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            change_request(actor=charlie, request_id=asked().pk, values={"subject": "Mine"})


class TestCustomerAnswer:
    def test_it_works(self, asked, agent, clock):
        request = asked("complaint")
        ServiceRequest.objects.filter(pk=request.pk).update(replied_at=clock.now())
        found = record_customer_answer(actor=agent, request_id=request.pk, satisfied=False, remark="No")
        assert found.customer_satisfied is False
        sent = Delivery.objects.get(name="complaint.not_accepted")
        assert (sent.correlation_key, sent.variables["customer_remark"]) == (request.number, "No")

    def test_only_once_for_a_reply(self, asked, agent, clock):
        request = asked("complaint")
        ServiceRequest.objects.filter(pk=request.pk).update(replied_at=clock.now())
        record_customer_answer(actor=agent, request_id=request.pk, satisfied=True)
        with pytest.raises(WrongState):
            record_customer_answer(actor=agent, request_id=request.pk, satisfied=False)

    def test_without_a_reply_there_is_no_answer(self, asked, agent):
        with pytest.raises(WrongState):
            record_customer_answer(actor=agent, request_id=asked("complaint").pk, satisfied=True)

    def test_scores_go_from_one_to_five(self, asked, agent, clock):
        request = asked("complaint")
        ServiceRequest.objects.filter(pk=request.pk).update(replied_at=clock.now())
        with pytest.raises(ValuesRefused):
            record_customer_answer(actor=agent, request_id=request.pk, satisfied=True, score=6)

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            record_customer_answer(actor=charlie, request_id=asked("complaint").pk, satisfied=True)


class TestWithdraw:
    def test_it_works(self, asked, agent):
        request = asked("complaint")
        running.settle()
        withdraw_complaint(actor=agent, request_id=request.pk, reason="Our mistake")
        running.settle()
        assert reload(request).closing_reason == "withdrawn"
        assert not ProcessInstance.objects.get().is_live

    def test_a_reason_is_needed(self, asked, agent):
        with pytest.raises(ValuesRefused):
            withdraw_complaint(actor=agent, request_id=asked("complaint").pk, reason="")

    def test_only_complaints(self, asked, agent):
        with pytest.raises(WrongState):
            withdraw_complaint(actor=agent, request_id=asked().pk, reason="Why not")

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            withdraw_complaint(actor=charlie, request_id=asked("complaint").pk, reason="Why not")


class TestSeverity:
    def test_it_works(self, asked, agent):
        request = change_severity(actor=agent, request_id=asked("complaint").pk, severity="critical", reason="Fire")
        assert (request.severity, request.sla_hours, request.escalation_level) == ("critical", 16, 2)

    def test_a_reason_is_needed(self, asked, agent):
        with pytest.raises(ValuesRefused):
            change_severity(actor=agent, request_id=asked().pk, severity="critical", reason="")

    def test_it_must_differ(self, asked, agent):
        with pytest.raises(WrongState):
            change_severity(actor=agent, request_id=asked().pk, severity="normal", reason="Same")

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            change_severity(actor=charlie, request_id=asked().pk, severity="critical", reason="Fire")


class TestReassign:
    def test_it_works(self, asked, service_manager, senior):
        found = reassign_request(actor=service_manager, request_id=asked().pk, handler=senior, reason="Knows it")
        assert (found.handler, found.status) == (senior, "assigned")

    def test_never_the_person_complained_about(self, asked, service_manager, handler):
        request = asked("complaint")
        ServiceRequest.objects.filter(pk=request.pk).update(person_complained_about=handler)
        with pytest.raises(WrongState):
            reassign_request(actor=service_manager, request_id=request.pk, handler=handler, reason="Free")

    def test_agents_do_not_reassign(self, asked, agent, senior):
        with pytest.raises(NotPermitted):
            reassign_request(actor=agent, request_id=asked().pk, handler=senior, reason="Free")

    def test_nobody_from_elsewhere(self, asked, service_manager, charlie):
        with pytest.raises(NotPermitted):
            reassign_request(actor=service_manager, request_id=asked().pk, handler=charlie, reason="Free")

    def test_the_outsider_finds_nothing(self, asked, charlie):
        with pytest.raises(RecordNotFound):
            reassign_request(actor=charlie, request_id=asked().pk, handler=charlie, reason="Mine")
