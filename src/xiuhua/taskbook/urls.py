"""Addresses of the room."""

from django.urls import path

from xiuhua.taskbook import bulletin_pages
from xiuhua.taskbook.pages import (
    book,
    comparison,
    goal,
    indicator,
    indicator_files,
    meeting_forms,
    meetings,
    months,
    own,
    projects,
    publishing,
    records,
    reporting,
)

app_name = "taskbook"
HERE = "taskbook/<text:district_code>/"
INDICATOR = f"{HERE}indicators/<text:indicator_key>/"
PROJECT = f"{HERE}projects/<text:project_key>/"
MEETING = f"{HERE}meetings/<int:meeting_id>/"
urlpatterns = [
    path(HERE, book.book, name="book"),
    path(f"{HERE}goals/<text:goal_key>/", goal.goal, name="goal"),
    path(f"{HERE}indicators/", indicator.every_indicator, name="indicators"),
    path(INDICATOR, indicator.indicator, name="indicator"),
    path(f"{INDICATOR}values.csv", indicator_files.indicator_csv, name="indicator-csv"),
    path(f"{INDICATOR}records/", records.value_records, name="indicator-records"),
    path(f"{INDICATOR}areas.json", indicator_files.indicator_areas, name="indicator-areas"),
    path(f"{HERE}comparison/", comparison.compare, name="comparison"),
    path(f"{HERE}units/<text:code>/", own.unit, name="unit"),
    path(f"{HERE}areas/<text:kind>/<text:area_code>/", own.area, name="area"),
    path(f"{HERE}projects/", projects.every_project, name="projects"),
    path(f"{HERE}projects/points.json", projects.project_points, name="project-points"),
    path(f"{HERE}commitments/<int:commitment_id>/done/", reporting.commitment_done, name="commitment-done"),
    path(f"{HERE}units/<text:code>/promise/", reporting.promised, name="unit-promise"),
    path(f"{PROJECT}accept/", reporting.accepted, name="project-accept"),
    path(f"{PROJECT}steps/<text:step_key>/done/", reporting.step_done, name="step-done"),
    path(f"{PROJECT}steps/<text:step_key>/reopen/", reporting.step_reopened, name="step-reopen"),
    path(f"{HERE}meetings/", meetings.every_meeting, name="meetings"),
    path(MEETING, meetings.one_meeting, name="meeting"),
    path(f"{HERE}meetings/open/", meeting_forms.open_one, name="meeting-open"),
    path(f"{MEETING}minutes/", meeting_forms.minutes, name="meeting-minutes"),
    path(f"{MEETING}promise/", meeting_forms.promise_one, name="meeting-promise"),
    path(f"{MEETING}commitments/<int:commitment_id>/", meeting_forms.review_one, name="meeting-review"),
    path(f"{HERE}months/", months.months, name="months"),
    path(f"{HERE}months/publish/", publishing.publish, name="publish"),
    path(f"{HERE}bulletins/<text:month>/<int:version>/", bulletin_pages.bulletin, name="bulletin"),
    path(f"{HERE}bulletins/<text:month>/<int:version>/<text:name>", bulletin_pages.bulletin_file, name="bulletin-file"),
]
