"""Addresses of the pages of frames, plans and the planner's tables."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
