"""Addresses of what was measured."""

from django.urls import path

from xiuhua.greenery.pages import address, homes, lacking, measuring, overview, parks, quality, streets

HERE = "greenery/<text:district_code>/"
urlpatterns = [
    path(HERE, overview.overview, name="overview"),
    path(f"{HERE}areas/<text:kind>/<text:area_code>/", overview.area, name="area"),
    path(f"{HERE}homes/<text:home_code>/", homes.home, name="home"),
    path(f"{HERE}measure/", measuring.measure, name="measure"),
    path(f"{HERE}quality/", quality.quality, name="quality"),
    path(f"{HERE}quality/<text:lack_key>/", lacking.lacking, name="lacking"),
    path(f"{HERE}quality/<text:lack_key>/list.csv", lacking.lacking_csv, name="lacking-csv"),
    path(f"{HERE}address/", address.address, name="address"),
    path(f"{HERE}streets/", streets.streets, name="streets"),
    path(f"{HERE}streets/<text:street_code>/", streets.street, name="street"),
    path(f"{HERE}parks/", parks.parks, name="parks"),
    path(f"{HERE}parks/<text:park_code>/", parks.park, name="park"),
]
