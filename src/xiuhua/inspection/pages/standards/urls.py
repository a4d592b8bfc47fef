"""Addresses of the pages of standards with their items."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
