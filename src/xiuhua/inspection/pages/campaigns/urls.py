"""Addresses of the pages of campaigns and lists."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
