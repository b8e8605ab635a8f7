"""Addresses of the team's tasks and of moving them between people."""

from django.urls import path

from web.views import team, team_moves

urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/rebalance/", team_moves.rebalance, name="team_rebalance"),
    path("team/rebalance/now/", team_moves.rebalance_now, name="team_rebalance_now"),
    path("team/undo/<uuid:batch>/", team_moves.undo, name="team_undo"),
]
