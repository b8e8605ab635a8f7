"""Addresses of what people do with work they hold for somebody absent, and of handing over the work of who leaves."""

from django.urls import path

from web.views import substituting
from web.views.administration import hand_over

HAND_OVER = "administration/people/<uuid:person_id>/hand-over"

urlpatterns = [
    path("tasks/<uuid:item_id>/restore/", substituting.restore, name="task_restore"),
    path("tasks/<uuid:item_id>/keep/", substituting.keep, name="task_keep"),
    path(f"{HAND_OVER}/", hand_over.hand_over, name="admin_hand_over"),
    path(f"{HAND_OVER}/<uuid:hand_over_id>/", hand_over.progress, name="admin_hand_over_progress"),
]
