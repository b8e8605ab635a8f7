"""Addresses of processes; keys never begin with a hyphen, so what is about no single process stands below ``-``."""

from django.urls import path

from web.views.processes import incidents, instance_acts, operating
from web.views.processes.instance_page import process_instance
from web.views.processes.instance_past import process_then
from web.views.processes.process_list import process_list
from web.views.processes.process_page import process_page
from web.views.processes.starting import process_start
from web.views.processes.upload import process_upload

RUN = "processes/-/runs/<uuid:instance_id>"

urlpatterns = [
    path("processes/", process_list, name="processes"),
    path("processes/-/upload/", process_upload, name="process_upload"),
    path("processes/-/problems/", incidents.incidents, name="incidents"),
    path("processes/-/problems/retry/", incidents.incidents_retry, name="incidents_retry"),
    path("processes/-/problems/<uuid:incident_id>/retry/", incidents.incident_retry, name="incident_retry"),
    path("processes/-/problems/<uuid:incident_id>/solve/", operating.incident_resolve, name="incident_resolve"),
    path("processes/-/problems/cause/retry/", operating.cause_retry, name="cause_retry"),
    path("processes/-/stuck/", operating.stuck_page, name="stuck"),
    path(f"{RUN}/path/", operating.process_modify, name="process_modify"),
    path(f"{RUN}/again/", operating.process_restart, name="process_restart"),
    path(f"{RUN}/", process_instance, name="process_instance"),
    path(f"{RUN}/then/", process_then, name="process_then"),
    path(f"{RUN}/cancel/", instance_acts.process_cancel, name="process_cancel"),
    path(f"{RUN}/suspend/", instance_acts.process_suspend, name="process_suspend"),
    path(f"{RUN}/resume/", instance_acts.process_resume, name="process_resume"),
    path(f"{RUN}/values/", instance_acts.process_values, name="process_values"),
    path("processes/<str:key>/", process_page, name="process"),
    path("processes/<str:key>/hold/", operating.process_hold, name="process_hold"),
    path("processes/<str:key>/go-on/", operating.process_go_on, name="process_go_on"),
    path("processes/<str:key>/start/", process_start, name="process_start"),
]
