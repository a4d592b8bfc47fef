"""Addresses: the catalogue and the rules of retention."""

from django.urls import URLPattern, path

from xiuhua.casework.pages.office.catalogue import catalogue, category, end, put
from xiuhua.casework.pages.office.retention import retention

urlpatterns: list[URLPattern] = [
    path("catalogue/", catalogue, name="catalogue"),
    path("catalogue/retention/", retention, name="retention"),
    path("catalogue/<text:code_set>/<str:code>/", category, name="catalogue-category"),
    path("catalogue/<text:code_set>/<str:code>/standards/", put, name="standard-add"),
    path("catalogue/<text:code_set>/<str:code>/standards/<int:number>/", put, name="standard-change"),
    path("catalogue/<text:code_set>/<str:code>/standards/<int:number>/end/", end, name="standard-end"),
]
