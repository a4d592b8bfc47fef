"""Addresses of detectors."""

from django.urls import path

from xiuhua.inspection.pages.detectors import judging, page

HERE = "inspection/detectors/<text:district_code>/"
urlpatterns = [
    path(HERE, page.every_detector, name="detectors"),
    path(f"{HERE}<int:detector_id>/", page.one_detector, name="detector"),
    path(f"{HERE}<int:detector_id>/use/", page.use, name="detector-use"),
    path(f"{HERE}photos/<uuid:key>/", judging.look, name="photo-detect"),
    path(f"{HERE}proposals/<int:proposal_id>/", judging.said, name="proposal"),
]
