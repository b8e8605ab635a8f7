"""Open incidents of the processes a person may see, and trying again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters
from api.resources import acts
from api.resources.bulk_acts import BulkActDetailSerializer, address_of, with_counts
from api.resources.instances import IncidentSerializer
from api.serializers import Body, ValuesField
from api.views import ApiViewSet
from workflows import commands, permissions, queries
from workflows.exceptions import InstanceNotFound
from workflows.models import BulkAct, Incident
from workflows.operating import commands as operating
from workflows.operating.bulk import start_bulk_act
from workflows.operating.queries import causes


class RetryBody(Body):
    """Variables to write before the step is tried again."""

    variables = ValuesField(required=False)


class IncidentFilters(Filters):
    """What incidents are found by."""

    process = Exact("instance__process_key")
    element = Exact("element")
    kind = Exact("kind")


class IncidentViewSet(ApiViewSet):
    """Open incidents."""

    queryset = Incident.objects.all()
    serializer_class = IncidentSerializer
    filter_backends = (FilterBackend,)
    filterset_class = IncidentFilters
    orderings = {"newest": ("-opened_at", "id")}
    masked: frozenset[str] = frozenset()

    @extend_schema(responses=IncidentSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The open incidents of the instances you may see."""
        return self.listed(self.filter_queryset(queries.open_incidents(self.user)), IncidentSerializer)

    @extend_schema(responses=IncidentSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One incident, open or closed."""
        return self.shown(self._visible().get(pk=self._seen(pk)), IncidentSerializer)

    @extend_schema(request=RetryBody, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try the step again; `closed_at` in the answer says whether it worked. For operators."""
        incident_id = self._seen(pk)
        values = self.received(RetryBody)
        commands.retry_incident(actor=self.user, incident_id=incident_id, variables=values.get("variables"))
        return self.shown(self._visible().get(pk=incident_id), IncidentSerializer)

    @extend_schema(request=acts.ResolveBody, responses=acts.RetriedSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Leave the step without trying again: completed with variables, or by a BPMN error. For operators."""
        incident_id = self._seen(pk)
        values = self.received(acts.ResolveBody)
        result = operating.resolve_incident(actor=self.user, incident_id=incident_id, **values)
        return self.shown(result, acts.RetriedSerializer)

    @extend_schema(responses=acts.CauseSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def causes(self, request: Request) -> Response:
        """The causes of the open incidents you may see, the most frequent first."""
        return Response(acts.CauseSerializer(causes(self.user), many=True).data)

    @extend_schema(request=acts.RetryCauseBody, responses={HTTPStatus.CREATED: BulkActDetailSerializer}, filters=False)
    @action(detail=False, methods=["post"], url_path="retry-cause", pagination_class=None, filter_backends=[])
    def retry_cause(self, request: Request) -> Response:
        """Have all open incidents with one cause retried by jobs, each in a transaction of its own. For operators.

        The answer is a bulk act: read there how far it is and what became of each.
        """
        values = self.received(acts.RetryCauseBody)
        batch = start_bulk_act(actor=self.user, kind=BulkAct.Kind.RETRY, **values)
        return self.created(with_counts(batch), BulkActDetailSerializer, address_of(batch))

    def _visible(self) -> QuerySet[Incident]:
        rows = Incident.objects.select_related("instance").defer("instance__state")
        if permissions.may_operate(self.user):
            return rows
        return rows.filter(instance__in=queries.visible_instances(self.user).values("pk"))

    def _seen(self, pk: str) -> Any:
        found = self._visible().filter(pk=pk).values_list("pk", flat=True).first()
        if found is None:
            raise InstanceNotFound
        return found
