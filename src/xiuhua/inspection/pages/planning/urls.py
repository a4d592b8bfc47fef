"""Addresses of planning: frames, plans, the planner, an inspector's own day."""

from django.urls import path

from xiuhua.inspection.pages.planning import day, frames, planner, plans

HERE = "inspection/<text:district_code>/"
PLAN = f"{HERE}plans/<int:plan_id>/"
urlpatterns = [
    path(f"{HERE}frames/", frames.frames, name="frames"),
    path(f"{HERE}frames/points.json", frames.frame_points, name="frame-points"),
    path(f"{HERE}frames/build/", frames.build, name="frames-build"),
    path(f"{HERE}plans/", plans.plans, name="plans"),
    path(f"{HERE}plans/new/", plans.new_plan, name="plan-new"),
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}<text:plan_move>/", plans.act, name="plan-act"),
    path(f"{HERE}planner/", planner.planner, name="planner"),
    path(f"{HERE}day/", day.my_day, name="day"),
]
