"""The JSON interface: one API to which every room adds its router."""

from xiuhua.city.api import router as city
from xiuhua.foundation.problems import ProblemAPI

api = ProblemAPI(title="xiuhua", version="1", docs_url="docs", urls_namespace="api")
api.add_router("/city", city)
