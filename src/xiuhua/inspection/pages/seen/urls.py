"""Addresses of the pages of when each square was last seen."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
