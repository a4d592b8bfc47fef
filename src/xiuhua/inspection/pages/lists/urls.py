"""Addresses of the pages of the red and black lists."""

from django.urls import URLPattern, path

from xiuhua.inspection.pages.lists import every, mine, one_round

HERE = "inspection/<text:district_code>/lists/"
ONE = f"{HERE}<text:round_key>/"
PLACE = f"{ONE}places/<int:place_id>/"
urlpatterns: list[URLPattern] = [
    path(HERE, every.lists, name="lists"),
    path("inspection/<text:district_code>/open-round/", every.open_one, name="list-open"),
    path("inspection/<text:district_code>/my-visits/", mine.my_visits, name="my-visits"),
    path(ONE, one_round.one_round, name="list-round"),
    path(f"{ONE}propose/", one_round.propose_one, name="list-propose"),
    path(f"{ONE}publish/", one_round.publish, name="list-publish"),
    path(f"{PLACE}look/", one_round.look, name="list-look"),
    path(f"{PLACE}decide/", one_round.decide_one, name="list-decide"),
    path(f"{PLACE}correct/", one_round.correct_one, name="list-correct"),
]
