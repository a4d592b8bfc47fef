"""Addresses of plans."""

from django.urls import path

from xiuhua.greenery.pages.plan import one, plans

HERE = "greenery/<text:district_code>/plan/"
ONE = f"{HERE}<int:planting_id>/"
urlpatterns = [
    path(HERE, plans.plans, name="plans"),
    path(f"{HERE}new/", plans.new, name="plan-new"),
    path(f"{HERE}gaps/", plans.gaps, name="plan-gaps"),
    path(ONE, one.plan, name="plan"),
    path(f"{ONE}places.csv", one.csv, name="plan-csv"),
    path(f"{ONE}places.geojson", one.geojson, name="plan-geojson"),
    path(f"{ONE}<text:planting_move>/", one.act, name="plan-act"),
]
