"""Addresses of processes; keys never begin with a hyphen, so what is about no single process stands below ``-``."""

from django.urls import path

from web.views.processes import bulk, holding, incidents, instance_acts, moved, moving, solving
from web.views.processes.instance_page import process_instance
from web.views.processes.instance_past import process_then
from web.views.processes.path import process_modify, process_restart
from web.views.processes.process_list import process_list
from web.views.processes.process_page import process_page
from web.views.processes.starting import process_start
from web.views.processes.stuck import stuck_page
from web.views.processes.upload import process_upload

RUN = "processes/-/runs/<uuid:instance_id>"

urlpatterns = [
    path("processes/", process_list, name="processes"),
    path("processes/-/upload/", process_upload, name="process_upload"),
    path("processes/-/problems/", incidents.incidents, name="incidents"),
    path("processes/-/problems/retry/", bulk.incidents_retry, name="incidents_retry"),
    path("processes/-/problems/<uuid:incident_id>/retry/", incidents.incident_retry, name="incident_retry"),
    path("processes/-/problems/<uuid:incident_id>/solve/", solving.incident_resolve, name="incident_resolve"),
    path("processes/-/problems/cause/<slug:cause>/retry/", bulk.cause_retry, name="cause_retry"),
    path("processes/-/many/", bulk.batches, name="batches"),
    path("processes/-/many/<uuid:batch_id>/", bulk.bulk_act, name="bulk_act"),
    path("processes/-/moves/<uuid:batch_id>/", moved.move, name="move"),
    path("processes/-/moves/<uuid:batch_id>/undo/", moved.move_undo, name="move_undo"),
    path("processes/-/moves/<uuid:batch_id>/undo/<int:result_id>/", moved.move_undo_one, name="move_undo_one"),
    path("processes/-/stuck/", stuck_page, name="stuck"),
    path(f"{RUN}/path/", process_modify, name="process_modify"),
    path(f"{RUN}/again/", process_restart, name="process_restart"),
    path(f"{RUN}/", process_instance, name="process_instance"),
    path(f"{RUN}/then/", process_then, name="process_then"),
    path(f"{RUN}/cancel/", instance_acts.process_cancel, name="process_cancel"),
    path(f"{RUN}/suspend/", instance_acts.process_suspend, name="process_suspend"),
    path(f"{RUN}/resume/", instance_acts.process_resume, name="process_resume"),
    path(f"{RUN}/values/", instance_acts.process_values, name="process_values"),
    path("processes/<str:key>/", process_page, name="process"),
    path("processes/<str:key>/hold/", holding.process_hold, name="process_hold"),
    path("processes/<str:key>/go-on/", holding.process_go_on, name="process_go_on"),
    path("processes/<str:key>/move/", moving.process_move, name="process_move"),
    path("processes/<str:key>/start/", process_start, name="process_start"),
]
