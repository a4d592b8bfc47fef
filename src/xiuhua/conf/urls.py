"""Every address of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from xiuhua.conf.api import api

urlpatterns = [
    # First, since programs ask most often and every address before it is tried.
    path("api/", api.urls),
    path("", include("xiuhua.web.urls")),
    path("", include("xiuhua.city.urls")),
    path("", include("xiuhua.casework.urls")),
    path("", include("xiuhua.inspection.urls")),
    path("", include("xiuhua.greenery.urls")),
    path("", include("xiuhua.taskbook.urls")),
    path("", include("xiuhua.people.urls")),
    path("", include("xiuhua.interop.urls")),
    path("account/", include("allauth.urls")),
    path("back-office/", admin.site.urls),
]

handler400 = "xiuhua.web.errors.bad_request"
handler403 = "xiuhua.web.errors.forbidden"
handler404 = "xiuhua.web.errors.not_found"
handler500 = "xiuhua.web.errors.server_error"
