"""Addresses of the acts beside the work on a task: marks, planning, delegation, bringing in others."""

from django.urls import path

from web.views import task_again, task_delegation, task_involving, task_marks, task_planning

TASK = "tasks/<uuid:item_id>/"

urlpatterns = [
    path(f"{TASK}aside/", task_again.task_aside, name="task_aside"),
    path(f"{TASK}snooze/", task_marks.snooze, name="task_snooze"),
    path(f"{TASK}unsnooze/", task_marks.unsnooze, name="task_unsnooze"),
    path(f"{TASK}follow/", task_marks.follow, name="task_follow"),
    path(f"{TASK}unfollow/", task_marks.unfollow, name="task_unfollow"),
    path(f"{TASK}labels/", task_marks.labels, name="task_labels"),
    path(f"{TASK}labels/new/", task_marks.new_label, name="task_new_label"),
    path(f"{TASK}labels/<uuid:label_id>/forget/", task_marks.forget_label, name="task_forget_label"),
    path(f"{TASK}priority/", task_planning.priority, name="task_priority"),
    path(f"{TASK}due/", task_planning.due, name="task_due"),
    path(f"{TASK}delegate/", task_delegation.delegate, name="task_delegate"),
    path(f"{TASK}hand-back/", task_delegation.hand_back, name="task_hand_back"),
    path(f"{TASK}recall/", task_delegation.recall, name="task_recall"),
    path(f"{TASK}copy/", task_involving.copy, name="task_copy"),
    path(f"{TASK}copy/read/", task_involving.copy_read, name="task_copy_read"),
    path(f"{TASK}urge/", task_involving.urge, name="task_urge"),
    path(f"{TASK}consult/", task_involving.consult, name="task_consult"),
    path(f"{TASK}questions/<uuid:question_id>/answer/", task_involving.advise, name="task_advise"),
    path(f"{TASK}questions/<uuid:question_id>/withdraw/", task_involving.unask, name="task_unask"),
]
