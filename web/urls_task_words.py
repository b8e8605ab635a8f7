"""Address of the words above a task's form."""

from django.urls import path

from web.views import task_words

urlpatterns = [path("tasks/<uuid:item_id>/words/", task_words.task_words, name="task_words")]
