"""The JSON interface: one API to which every room adds its router."""

from xiuhua.casework.api import router as cases
from xiuhua.casework.api.problems import handle
from xiuhua.city.api import router as city
from xiuhua.foundation.problems import ProblemAPI
from xiuhua.greenery.api import router as greenery
from xiuhua.greenery.listed_api import router as greenery_files
from xiuhua.inspection.api import router as inspection
from xiuhua.interop.telemetry.api import router as telemetry
from xiuhua.people.api_account import anyone
from xiuhua.taskbook.api import router as taskbook

api = ProblemAPI(title="xiuhua", version="1", docs_url="docs", urls_namespace="api", auth=anyone)
api.add_router("/city", city)
api.add_router("/cases", cases)
api.add_router("/inspection", inspection)
api.add_router("/greenery", greenery)
api.add_router("/greenery", greenery_files)
api.add_router("/telemetry", telemetry)
api.add_router("/taskbook", taskbook)
handle(api)
