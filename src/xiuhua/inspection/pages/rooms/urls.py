"""Addresses of the pages of living rooms."""

from django.urls import URLPattern, path

from xiuhua.inspection.pages.rooms import applying, looking, office, public, seasons

HERE = "inspection/rooms/<text:district_code>/"
ROOM = f"{HERE}<text:room_code>/"
urlpatterns: list[URLPattern] = [
    path(HERE, public.every_room, name="rooms"),
    path(f"{HERE}points.json", public.room_points, name="room-points"),
    path(f"{HERE}apply/", applying.application, name="room-apply"),
    path(f"{HERE}seasons/", seasons.overview, name="room-seasons"),
    path(f"{HERE}seasons/begin/", seasons.begin, name="room-seasons-begin"),
    path(ROOM, public.one_room, name="room"),
    path(f"{ROOM}office/", office.room_office, name="room-office"),
    path(f"{ROOM}office/draw/", office.draw_square, name="room-draw"),
    path(f"{ROOM}office/look/<int:look_id>/", looking.look_at_square, name="room-look"),
    path(f"{ROOM}office/give-up/<int:look_id>/", office.give_square_up, name="room-give-up"),
    path(f"{ROOM}office/album/", office.add_to_album, name="room-album"),
    path(f"{ROOM}office/album/<int:photo_id>/", office.take_from_album, name="room-album-remove"),
    path(f"{ROOM}office/moves/<text:move>/", office.make_move, name="room-move"),
]
