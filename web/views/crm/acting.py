"""One way for every act of a page: asked in a dialog, done by one command, refused where it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.exceptions import AccountsRefusal
from bpmn.exceptions import ProcessNotDeployed
from crm_core.exceptions import CrmRefusal, RecordNotFound, ValuesRefused
from tasks_inbox.exceptions import InboxRefusal
from web.errors import refusal_of
from web.forms.records import add_refusals
from web.pages import events, is_partial
from workflows.exceptions import WorkflowError

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Act:
    """What a dialog asks and does. ``run`` gets the entered values and returns the sentence that says it is done.

    ``back`` is the page to return to without scripts; with ``goes_there`` also with them. ``moves_to`` names another
    page that the act has made, "" when there is none.
    """

    title: str
    submit: str
    run: Callable[[dict[str, Any]], str]
    back: str
    danger: bool = False
    goes_there: bool = False
    explanation: str = ""
    template: str = "crm/act_fields.html"
    context: dict[str, Any] = field(default_factory=dict)
    moves_to: Callable[[], str] = str


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form; None while it is only asked for."""
    return request.POST if request.method == "POST" else None


def perform(request: HttpRequest, act: Act, form: forms.Form) -> HttpResponse:
    """Show the dialog, or carry the act out; what a command refuses is said in the dialog, which stays open."""
    if request.method != "POST":
        return _shown(request, act, form)
    sentence = attempt(form, act.run)
    if sentence is None:
        return _shown(request, act, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    there = act.moves_to()
    return done(request, sentence, there or act.back, goes_there=act.goes_there or bool(there))


def attempt(form: forms.Form, run: Callable[[dict[str, Any]], Made]) -> Made | None:
    """What ``run`` makes of the entered values; None when they are refused, which the form says from then on.

    A record that is not there (any more) is no matter of the form: RecordNotFound goes on.
    """
    if not form.is_valid():
        return None
    try:
        return run(form.cleaned_data)
    except RecordNotFound:
        raise
    except ValuesRefused as error:
        add_refusals(form, error.errors)
    except (CrmRefusal, AccountsRefusal, InboxRefusal, WorkflowError, ProcessNotDeployed) as error:
        _say(form, error)
    return None


def done(request: HttpRequest, sentence: str, back: str, *, goes_there: bool = False) -> HttpResponse:
    """The answer to an act that was carried out: lists are fetched again and a toast says what was done."""
    if is_partial(request) and not goes_there:
        answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
        return events(answer, close_dialog=None, refresh_lists=None, toast={"text": sentence})
    messages.success(request, sentence)
    if is_partial(request):
        answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
        answer["HX-Redirect"] = back
        return answer
    return redirect(back)


def _say(form: forms.Form, error: Exception) -> None:
    """One sentence: beside the field the refusal is about, else above the form."""
    refusal = refusal_of(error)
    if refusal is not None and refusal.errors:
        add_refusals(form, refusal.errors)
    else:
        form.add_error(None, refusal.sentence if refusal else str(error))


def _shown(request: HttpRequest, act: Act, form: forms.Form, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    template = "crm/act_dialog.html" if is_partial(request) else "crm/act_page.html"
    context = {"act": act, "form": form, "action": request.get_full_path(), **act.context}
    return render(request, template, context, status=status)
