"""Addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from api.elsewhere import unknown_address
from api.resources.bulk_acts import BulkActViewSet
from api.resources.contacts import ContactViewSet
from api.resources.customers import CustomerViewSet
from api.resources.definitions import DefinitionViewSet
from api.resources.incidents import IncidentViewSet
from api.resources.instances import InstanceViewSet
from api.resources.labels import LabelViewSet
from api.resources.level_changes import LevelChangeViewSet
from api.resources.marketing_plans import MarketingPlanViewSet
from api.resources.migrations import MigrationViewSet
from api.resources.orders import OrderViewSet
from api.resources.products import ProductViewSet
from api.resources.rehearsals import RehearsalViewSet
from api.resources.service_requests import ServiceRequestViewSet
from api.resources.sessions import LoginViewSet, SessionViewSet
from api.resources.task_approving import PhrasesViewSet
from api.resources.tasks import TaskViewSet
from api.resources.work_orders import WorkOrderViewSet
from api.schema import SchemaView
from api.views import UUID_PATTERN

app_name = "api"

router = SimpleRouter()
router.register("customers", CustomerViewSet, "customer")
router.register(rf"customers/(?P<customer_id>{UUID_PATTERN})/contacts", ContactViewSet, "contact")
router.register("level-changes", LevelChangeViewSet, "level-change")
router.register("orders", OrderViewSet, "order")
router.register("products", ProductViewSet, "product")
router.register("service-requests", ServiceRequestViewSet, "service-request")
router.register("marketing-plans", MarketingPlanViewSet, "marketing-plan")
router.register("work-orders", WorkOrderViewSet, "work-order")
router.register("definitions", DefinitionViewSet, "definition")
router.register("instances", InstanceViewSet, "instance")
router.register("incidents", IncidentViewSet, "incident")
router.register("bulk-acts", BulkActViewSet, "bulk-act")
router.register("migrations", MigrationViewSet, "migration")
router.register("rehearsals", RehearsalViewSet, "rehearsal")
router.register("tasks", TaskViewSet, "task")
router.register("labels", LabelViewSet, "label")
router.register("auth", LoginViewSet, "login")

tokens = SessionViewSet.as_view({"get": "list"})
token = SessionViewSet.as_view({"delete": "destroy"})

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(router.urls)),
    path("v1/me/", SessionViewSet.as_view({"get": "me"}), name="me"),
    path("v1/me/phrases/", PhrasesViewSet.as_view({"get": "mine", "put": "keep"}), name="phrases"),
    path("v1/auth/logout/", SessionViewSet.as_view({"post": "logout"}), name="logout"),
    path("v1/auth/logout-all/", SessionViewSet.as_view({"post": "logout_all"}), name="logout-all"),
    path("v1/auth/tokens/", tokens, name="tokens"),
    re_path(rf"^v1/auth/tokens/(?P<public_id>{UUID_PATTERN})/$", token, name="token"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    re_path(r"^(?P<rest>.*)$", unknown_address),
]
