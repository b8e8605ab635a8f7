"""Whom a plan turns to, as somebody chooses it: levels, stages, kinds, trades, areas, tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.customers.models import CustomerKind, LifecycleStage, Tag
from crm_core.levels.models import CustomerLevel
from crm_core.marketing.segments import ONLY_KEY_ACCOUNTS

LISTS = ("levels", "stages", "kinds", "industries", "areas", "tags")


class WordsField(forms.CharField):
    """Several words in one line, separated by commas of either language; entered as a list."""

    def prepare_value(self, value: Any) -> Any:
        """A list as a line."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """A line as a list, each word once."""
        text = str(super().clean(value) or "")
        words = (word.strip() for word in text.replace("，", ",").replace("、", ",").split(","))
        return list(dict.fromkeys(word for word in words if word))


class SegmentForm(forms.Form):
    """The rule of a segment; what is left empty does not narrow it."""

    prefix = "segment"

    levels = forms.MultipleChoiceField(label=_("Level"), required=False, widget=forms.CheckboxSelectMultiple)
    stages = forms.MultipleChoiceField(
        label=_("Lifecycle stage"),
        choices=LifecycleStage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kind of customer"),
        choices=CustomerKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    industries = WordsField(
        label=_("Industries"), required=False, max_length=400, help_text=_("Several are separated by commas.")
    )
    areas = WordsField(
        label=_("Areas"), required=False, max_length=400, help_text=_("As written on the customer cards.")
    )
    tags = forms.MultipleChoiceField(label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple)
    key_accounts_only = forms.BooleanField(label=_("Key accounts only"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = {
            "levels": [(level.code, str(level)) for level in CustomerLevel.objects.order_by("-rank")],
            "tags": [(tag.code, str(tag)) for tag in Tag.objects.filter(is_active=True)],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices
        if not offered["tags"]:
            del self.fields["tags"]

    def rule(self) -> dict[str, Any]:
        """The rule as plans keep it."""
        entered: Mapping[str, Any] = self.cleaned_data
        rule: dict[str, Any] = {name: list(entered[name]) for name in LISTS if entered.get(name)}
        return rule | ({ONLY_KEY_ACCOUNTS: True} if entered.get(ONLY_KEY_ACCOUNTS) else {})
