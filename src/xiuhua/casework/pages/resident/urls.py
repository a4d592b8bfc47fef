"""Addresses: residents report and follow; the hotline reports for them."""

from django.urls import URLPattern, path, re_path

from xiuhua.casework.pages.resident.follow import FollowPage, follow_photo
from xiuhua.casework.pages.resident.hotline import hotline
from xiuhua.casework.pages.resident.kind import kind
from xiuhua.casework.pages.resident.mine import my_reports
from xiuhua.casework.pages.resident.problem_map import problem_points
from xiuhua.casework.pages.resident.problems import problems
from xiuhua.casework.pages.resident.public import me_too, public_case
from xiuhua.casework.pages.resident.send import send, sent
from xiuhua.casework.pages.resident.what import begin, draft_photo, what

# Numbers of cases and tokens hold nothing else; what does not fit is not found.
NUMBER, TOKEN = r"(?P<number>[0-9A-Za-z-]{1,24})", r"(?P<token>[0-9A-Za-z_-]{1,48})"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

urlpatterns: list[URLPattern] = [
    path("report/", begin, name="report"),
    path("report/<uuid:draft_id>/", what, name="report-what"),
    path("report/<uuid:draft_id>/category/", kind, name="report-category"),
    path("report/<uuid:draft_id>/send/", send, name="report-send"),
    path("report/<uuid:draft_id>/sent/", sent, name="report-sent"),
    path("report/<uuid:draft_id>/photo/<uuid:key>.jpg", draft_photo, name="report-photo"),
    re_path(rf"^follow/{TOKEN}/$", FollowPage.as_view(), name="follow"),
    re_path(rf"^follow/{TOKEN}/photo/(?P<key>{UUID})/(?P<size>copy|thumb)\.jpg$", follow_photo, name="follow-photo"),
    path("my-reports/", my_reports, name="my-reports"),
    re_path(rf"^c/{NUMBER}/$", public_case, name="public-case"),
    re_path(rf"^c/{NUMBER}/me-too/$", me_too, name="me-too"),
    path("problems/", problems, name="problems"),
    path("problems/<slug:district_code>/points.json", problem_points, name="problem-points"),
    path("hotline/", hotline, name="hotline"),
]
