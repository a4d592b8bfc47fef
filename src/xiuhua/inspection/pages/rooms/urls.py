"""Addresses of the pages of living rooms."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
