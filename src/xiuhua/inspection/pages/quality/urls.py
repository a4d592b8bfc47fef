"""Addresses of the index and its doubt."""

from django.urls import path

from xiuhua.inspection.pages.quality import assessor, files, public

HERE = "inspection/quality/<text:district_code>/"
urlpatterns = [
    path(HERE, public.quality, name="quality"),
    path(f"{HERE}assessor/", assessor.assessor, name="quality-assessor"),
    path(f"{HERE}index.csv", files.quality_csv, name="quality-csv"),
    path(f"{HERE}index.json", files.quality_json, name="quality-json"),
]
