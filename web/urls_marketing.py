"""Addresses of marketing plans, campaigns and the rules they are held to."""

from django.urls import path

from web.views.crm import campaigns, marketing_rules, plan_acts, plan_edit
from web.views.crm.plan_list import plan_list
from web.views.crm.plan_page import plan_page

urlpatterns = [
    path("marketing/plans/", plan_list, name="marketing_plans"),
    path("marketing/plans/new/", plan_edit.plan_new, name="marketing_plan_new"),
    path("marketing/plans/audience/", plan_edit.audience, name="marketing_audience"),
    path("marketing/plans/<uuid:plan_id>/", plan_page, name="marketing_plan"),
    path("marketing/plans/<uuid:plan_id>/edit/", plan_edit.plan_edit, name="marketing_plan_edit"),
    path("marketing/plans/<uuid:plan_id>/budget/", plan_acts.plan_budget, name="marketing_plan_budget"),
    path("marketing/plans/<uuid:plan_id>/<slug:act>/", plan_acts.plan_act, name="marketing_plan_act"),
    path("marketing/campaigns/", campaigns.campaign_list, name="marketing_campaigns"),
    path("marketing/campaigns/<uuid:campaign_id>/", campaigns.campaign_page, name="marketing_campaign"),
    path(
        "marketing/campaigns/<uuid:campaign_id>/contacts/<uuid:customer_id>/",
        campaigns.contact_recorded,
        name="marketing_contact",
    ),
    path("marketing/rules/", marketing_rules.rules, name="marketing_rules"),
    path("marketing/rules/policy/", marketing_rules.policy_new, name="marketing_policy_new"),
    path("marketing/rules/budgets/<slug:code>/", marketing_rules.branch_budget, name="marketing_branch_budget"),
]
