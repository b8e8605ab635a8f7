"""The people at a customer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.masking import masked_fields
from api.serializers import MaskedSerializer, Strict
from api.views import ApiViewSet, seen_version
from crm_core.customers import commands, queries
from crm_core.customers.models import Contact
from crm_core.exceptions import RecordNotFound

WRITTEN = tuple(sorted(commands.CONTACT_FIELDS - {"reports_to"}))


class ContactSerializer(MaskedSerializer):
    """A person at a customer."""

    record_kind = Contact.record_kind

    customer = serializers.UUIDField(source="customer_id", read_only=True)
    reports_to = serializers.UUIDField(source="reports_to_id", read_only=True, allow_null=True)

    class Meta:
        model = Contact
        fields = ("id", "version", "customer", *WRITTEN, "reports_to", "created_at", "updated_at", "masked")
        read_only_fields = fields


class ContactValues(Strict, serializers.ModelSerializer[Contact]):
    """The fields of a contact that people write."""

    reports_to = serializers.UUIDField(required=False, allow_null=True)

    class Meta:
        model = Contact
        fields = (*WRITTEN, "reports_to")

    def validate_reports_to(self, value: Any) -> Contact | None:
        """Another contact the person may see."""
        return contact_of(self.context["request"].user, value) if value else None


def contact_of(user: Any, contact_id: Any, customer_id: Any = None) -> Contact:
    """One contact the person may see, active or not. Raises RecordNotFound."""
    rows = Contact.objects.visible_to(user).filter(pk=contact_id)
    found = (rows.filter(customer_id=customer_id) if customer_id else rows).first()
    if found is None:
        raise RecordNotFound
    return found


class ContactViewSet(ApiViewSet):
    """The people at one customer."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    orderings = {"name": ("name", "id")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of contacts the person may not read."""
        return masked_fields(self.user, Contact.record_kind)

    @extend_schema(responses=ContactSerializer(many=True))
    def list(self, request: Request, customer_id: str) -> Response:
        """The active contacts of a customer."""
        queries.customer(self.user, customer_id)
        return self.listed(queries.contacts_of(self.user, customer_id), ContactSerializer)

    @extend_schema(responses=ContactSerializer)
    def retrieve(self, request: Request, customer_id: str, pk: str) -> Response:
        """One contact."""
        return self.shown(contact_of(self.user, pk, customer_id), ContactSerializer)

    @extend_schema(request=ContactValues, responses={201: ContactSerializer})
    def create(self, request: Request, customer_id: str) -> Response:
        """Add a contact."""
        queries.customer(self.user, customer_id)
        made = commands.add_contact(actor=self.user, customer_id=customer_id, values=self.received(ContactValues))
        return self.created(made, ContactSerializer, reverse("api:contact-detail", args=[customer_id, made.pk]))

    @extend_schema(request=ContactValues, responses=ContactSerializer)
    def partial_update(self, request: Request, customer_id: str, pk: str) -> Response:
        """Change a contact, or retire it with `is_active` false; `If-Match` is needed."""
        seen = seen_version(request, contact_of(self.user, pk, customer_id).version)
        values = self.received(ContactValues, partial=True)
        changed = commands.update_contact(actor=self.user, contact_id=pk, values=values, seen_version=seen)
        return self.shown(changed, ContactSerializer)
