"""Addresses of the pages of campaigns."""

from django.urls import URLPattern, path

from xiuhua.inspection.pages.campaigns import every, files, importing, one, site

HERE = "inspection/<text:district_code>/campaigns/"
ONE = f"{HERE}<text:campaign_key>/"
SITE = f"{ONE}sites/<int:site_number>/"
urlpatterns: list[URLPattern] = [
    path(HERE, every.every_campaign, name="campaigns"),
    path("inspection/<text:district_code>/begin-campaign/", every.make, name="campaign-make"),
    path(ONE, one.one_campaign, name="campaign"),
    path(f"{ONE}close/", one.close, name="campaign-close"),
    path(f"{ONE}points.json", files.campaign_points, name="campaign-points"),
    path(f"{ONE}sites.csv", files.campaign_csv, name="campaign-csv"),
    path(f"{ONE}add/", one.add, name="campaign-add"),
    path(f"{ONE}import/", importing.import_page, name="campaign-import"),
    path(f"{ONE}import/empty.csv", importing.empty_table, name="campaign-template"),
    path(f"{ONE}import/<text:token>.csv", importing.rejected, name="campaign-rejected"),
    path(SITE, site.one_site, name="campaign-site"),
    path(f"{SITE}<text:site_move>/", site.move_site, name="campaign-site-move"),
]
