"""Addresses that belong to the frame of every page rather than to one of them."""

from django.urls import path

from web.views.offline import offline, service_worker
from web.views.preferences import save_preference, switch_language

urlpatterns = [
    path("offline/", offline, name="offline"),
    path("sw.js", service_worker, name="service_worker"),
    path("preferences/", save_preference, name="save_preference"),
    path("preferences/language/", switch_language, name="switch_language"),
]
