"""The JSON interface: one NinjaAPI to which every room adds its router."""

from ninja import NinjaAPI

from xiuhua.city.api import router as city

api = NinjaAPI(title="xiuhua", version="1", docs_url="docs", urls_namespace="api")
api.add_router("/city", city)
