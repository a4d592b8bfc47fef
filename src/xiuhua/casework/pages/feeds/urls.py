"""Addresses: feeds."""

from django.urls import URLPattern, path

from xiuhua.casework.pages.feeds.cases import feed

urlpatterns: list[URLPattern] = [path("feeds/<slug:district_code>/cases.atom", feed, name="feed")]
