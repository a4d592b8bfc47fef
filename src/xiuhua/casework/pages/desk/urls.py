"""Addresses: the work lists."""

from django.urls import path

from xiuhua.casework.pages.desk import bulk, lists, saved

urlpatterns = [
    path("work/", lists.work, name="work"),
    path("work/cases.csv", lists.export, name="work-export"),
    path("work/bulk/", bulk.bulk, name="work-bulk"),
    path("work/views/", saved.keep, name="work-view-keep"),
    path("work/views/<int:identity>/delete/", saved.forget, name="work-view-forget"),
]
