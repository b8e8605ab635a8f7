"""Addresses of adding signers to a task and taking them back."""

from django.urls import path

from web.views import signing

urlpatterns = [
    path("tasks/<uuid:item_id>/sign/", signing.sign, name="task_sign"),
    path("tasks/<uuid:item_id>/signers/<uuid:signer_id>/remove/", signing.unsign, name="task_unsign"),
]
