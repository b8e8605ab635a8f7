"""What people enter about a customer's order: the day and its lines."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

LINES = 5
HUNDRED = 100


class OrderForm(forms.Form):
    """When it was ordered."""

    ordered_on = forms.DateField(label=_("Ordered on"), widget=forms.DateInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class LineForm(forms.Form):
    """One product of the order; a line without a product is left out. The discount is in percent."""

    product = forms.UUIDField(label=_("Product"), required=False, widget=forms.HiddenInput)
    quantity = forms.DecimalField(label=_("Quantity"), required=False, min_value=Decimal("0.001"), decimal_places=3)
    unit_price = forms.DecimalField(label=_("Unit price"), required=False, min_value=0, decimal_places=2)
    discount = forms.DecimalField(label=_("Discount"), required=False, min_value=0, max_value=HUNDRED, decimal_places=2)


LineForms: type[BaseFormSet[LineForm]] = formset_factory(LineForm, extra=LINES, max_num=LINES, validate_max=True)
