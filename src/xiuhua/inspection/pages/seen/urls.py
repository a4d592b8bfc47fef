"""Addresses of what was seen when."""

from django.urls import path

from xiuhua.inspection.pages.seen import page

HERE = "inspection/seen/<text:district_code>/"
urlpatterns = [
    path(HERE, page.seen, name="seen"),
    path(f"{HERE}cells.json", page.seen_cells, name="seen-cells"),
]
