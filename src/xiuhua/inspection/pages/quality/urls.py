"""Addresses of the pages of the index with its doubt, agreement, what "100 %" means."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
