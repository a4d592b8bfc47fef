"""Addresses: the work lists."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
