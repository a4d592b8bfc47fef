"""Addresses of the room."""

from django.urls import path

from xiuhua.city import pages

app_name = "city"
urlpatterns = [
    path("city/codes/", pages.codes, name="codes"),
    path("city/<slug:district_code>/", pages.layers, name="layers"),
    path("city/<slug:district_code>/search/", pages.search, name="search"),
    path("city/<slug:district_code>/duty/", pages.duty, name="duty"),
    path("city/<slug:district_code>/duty-report/", pages.duty_report, name="duty-report"),
    path("city/<slug:district_code>/duty-report.csv", pages.duty_report_csv, name="duty-report-csv"),
    path("city/<slug:district_code>/duties/", pages.duties, name="duties"),
    path("city/<slug:district_code>/duties/new/", pages.new_duty, name="duty-new"),
    path("city/<slug:district_code>/duties/of/<text:unit_code>/", pages.duties_of, name="duties-of"),
    path("city/<slug:district_code>/duties/<int:identity>/edit/", pages.edit_duty, name="duty-edit"),
    path("city/<slug:district_code>/<slug:layer_key>/", pages.layer, name="layer"),
    path("city/<slug:district_code>/<slug:layer_key>/<int:identity>/", pages.one_object, name="object"),
    path("city/<slug:district_code>/<slug:layer_key>/<int:identity>/edit/", pages.edit_object, name="object-edit"),
]
