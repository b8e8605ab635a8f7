"""Addresses of customers, level changes, service requests and visits."""

from django.urls import path

from web.views.crm import (
    contacts,
    customer_edit,
    entries,
    files,
    level_changes,
    orders,
    return_visits,
    service_acts,
    service_requests,
    starting,
    visit_acts,
    work_order_new,
    work_orders,
)
from web.views.crm.customer_card import customer_card
from web.views.crm.customer_list import customer_list, find_customer

urlpatterns = [
    path("customers/", customer_list, name="customers"),
    path("customers/new/", customer_edit.customer_new, name="customer_new"),
    path("customers/find/", find_customer, name="customer_find"),
    path("customers/<uuid:customer_id>/", customer_card, name="customer"),
    path("customers/<uuid:customer_id>/edit/", customer_edit.customer_edit, name="customer_edit"),
    path("customers/<uuid:customer_id>/transfer/", customer_edit.customer_transfer, name="customer_transfer"),
    path("customers/<uuid:customer_id>/id-number/", customer_edit.show_id_no, name="customer_id_no"),
    path("customers/<uuid:customer_id>/entries/", entries.customer_entry, name="customer_entry"),
    path("customers/<uuid:customer_id>/contacts/new/", contacts.contact_new, name="contact_new"),
    path("customers/<uuid:customer_id>/start/<str:key>/", starting.start_for_customer, name="start_for_customer"),
    path("customers/<uuid:customer_id>/level/", level_changes.level_change_new, name="level_change_new"),
    path("contacts/<uuid:contact_id>/", contacts.contact_edit, name="contact_edit"),
    path("level-changes/<uuid:change_id>/", level_changes.level_change, name="level_change"),
    path("level-changes/<uuid:change_id>/withdraw/", level_changes.level_change_withdraw, name="level_change_withdraw"),
    path("level-changes/<uuid:change_id>/object/", level_changes.level_change_object, name="level_change_object"),
    path("level-changes/<uuid:change_id>/revoke/", level_changes.level_change_revoke, name="level_change_revoke"),
    path("service/requests/", service_requests.request_list, name="service_requests"),
    path("service/requests/new/", service_requests.request_new, name="service_request_new"),
    path("service/requests/<uuid:request_id>/", service_requests.request_page, name="service_request"),
    path("service/requests/<uuid:request_id>/<slug:act>/", service_acts.request_act, name="service_act"),
    path("service/work-orders/", work_orders.work_order_list, name="work_orders"),
    path("service/work-orders/new/", work_order_new.work_order_new, name="work_order_new"),
    path("service/work-orders/<uuid:order_id>/", work_orders.work_order_page, name="work_order"),
    path("service/work-orders/<uuid:order_id>/<slug:act>/", visit_acts.visit_act, name="visit_act"),
    path("service/return-visits/", return_visits.return_visit_list, name="return_visits"),
    path("service/return-visits/<uuid:visit_id>/", return_visits.return_visit_page, name="return_visit"),
    path("service/return-visits/<uuid:visit_id>/score/", return_visits.return_visit_score, name="return_visit_score"),
    path(
        "service/return-visits/<uuid:visit_id>/unreachable/",
        return_visits.return_visit_unreachable,
        name="return_visit_unreachable",
    ),
    path("customers/<uuid:customer_id>/return-visits/new/", return_visits.return_visit_new, name="return_visit_new"),
    path("customers/<uuid:customer_id>/orders/new/", orders.order_new, name="order_new"),
    path("products/find/", orders.find_product, name="product_find"),
    path("records/<str:kind>/<uuid:record_id>/files/", files.add_file, name="crm_file_add"),
    path("crm-files/<uuid:file_id>/", files.give_file, name="crm_file"),
    path("crm-files/<uuid:file_id>/remove/", files.remove_file, name="crm_file_remove"),
]
