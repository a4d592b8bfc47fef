"""Addresses of greenery, part by part."""

from xiuhua.greenery.pages.map.urls import urlpatterns as map_
from xiuhua.greenery.pages.plan.urls import urlpatterns as plan
from xiuhua.greenery.pages.urls import urlpatterns as pages

app_name = "greenery"
urlpatterns = [*pages, *map_, *plan]
