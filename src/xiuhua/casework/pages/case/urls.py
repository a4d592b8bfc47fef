"""Addresses: one case."""

from django.urls import URLPattern, path

from xiuhua.casework.pages.case.move import make_move
from xiuhua.casework.pages.case.view import near, one_case

urlpatterns: list[URLPattern] = [
    path("cases/<text:number>/", one_case, name="case"),
    path("cases/<text:number>/near/", near, name="case-near"),
    path("cases/<text:number>/<slug:move>/", make_move, name="case-move"),
]
