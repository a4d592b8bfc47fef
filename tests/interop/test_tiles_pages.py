import gzip
from datetime import UTC, date, datetime

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from django.utils import timezone

from xiuhua.city.actions.kinds import seed_kinds
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import Code, CodeSet, Component, Site, Street, Water
from xiuhua.foundation import layers
from xiuhua.foundation.geometry import to_row
from xiuhua.interop.tiles import caches
from xiuhua.interop.tiles.caches import Packed, RecentTiles
from xiuhua.interop.tiles.mercator import tile_of
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def bins(two_districts):
    """Three bins in the first district and one in the second, through the versions of their layers."""
    codes = CodeSet.objects.create(key="test", version="1", kind="component", name_zh="测试")
    category = Code.objects.create(code_set=codes, code="0301", class_zh="市容", name_zh="果皮箱")
    for number, district in enumerate([two_districts[0]] * 3 + [two_districts[1]]):
        west = 120.05 if district == two_districts[0] else 120.25
        Component.objects.create(
            district=district, code=f"bin{number}", category=category, lon=west + number / 10_000, lat=31.7,
            state="lost" if number == 2 else "intact",
        )  # fmt: skip
        layers.bump(f"{district.code}:components")
    return two_districts


def path_of(district, layer, z, lon, lat):
    x, y = tile_of(lon, lat, z)
    return f"/tiles/{district.code}/{layer}/{z}/{x}/{y}.mvt"


def features(response, layer):
    data = gzip.decompress(response.content) if response.headers.get("Content-Encoding") == "gzip" else response.content
    return mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})[layer]["features"]


def test_each_district_has_its_own_tiles(client, bins):
    first, second = bins
    found = features(client.get(path_of(first, "components", 14, 120.05, 31.7)), "components")
    assert [one["properties"] for one in found] == [
        {"id": pk, "code": code, "category": "test@1:0301", "state": state}
        for pk, code, state in Component.objects.filter(district=first).values_list("pk", "code", "state")
    ]
    other = features(client.get(path_of(second, "components", 14, 120.25, 31.7)), "components")
    assert [one["properties"]["code"] for one in other] == ["bin3"]
    assert client.get(path_of(second, "components", 14, 120.05, 31.7)).status_code == 204


def test_the_etag_follows_the_layer_and_nothing_else(client, bins):
    first, second = bins
    here, there = path_of(first, "components", 14, 120.05, 31.7), path_of(second, "components", 14, 120.25, 31.7)
    etags = client.get(here)["ETag"], client.get(there)["ETag"]
    for language in ("zh-hans", "en"):
        again = client.get(here, headers={"If-None-Match": etags[0], "Accept-Language": language})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etags[0])
    assert client.get(here, headers={"If-None-Match": f'"x", W/{etags[0]}'}).status_code == 304
    Component.objects.filter(district=first, code="bin1").delete()
    layers.bump(f"{first.code}:components")
    changed = client.get(here, headers={"If-None-Match": etags[0]})
    assert (changed.status_code, changed["ETag"] != etags[0]) == (200, True)
    assert [one["properties"]["code"] for one in features(changed, "components")] == ["bin0", "bin2"]
    assert client.get(there, headers={"If-None-Match": etags[1]}).status_code == 304


def test_tiles_are_compressed_for_those_who_can_read_it(client, bins):
    path = path_of(bins[0], "components", 14, 120.05, 31.7)
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert (plain["Content-Type"], plain["Cache-Control"]) == ("application/vnd.mapbox-vector-tile", "no-cache")
    assert "Accept-Encoding" in packed["Vary"]
    assert packed["Xiuhua-Features"] == "3 of 3"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/tiles/000000/areas/0/0/0.mvt", 404, "990001, 990002"),
        ("/tiles/000000/areas.json", 404, "990001, 990002"),
        ("/tiles/990001/dragons/0/0/0.mvt", 404, "components"),
        ("/tiles/990001/dragons.json", 404, "components"),
        ("/tiles/990001/areas/17/0/0.mvt", 400, "17/0/0"),
        ("/tiles/990001/areas/3/8/0.mvt", 400, "3/8/0"),
        ("/tiles/990001/areas/3/0/8.mvt", 400, "3/0/8"),
        ("/tiles/990001/areas/99999999999999999999/0/99999999999999999999999.mvt", 400, "99999999999999999999"),
    ],
)
def test_what_is_not_there_is_said_clearly(client, two_districts, path, status, said):
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == status
    assert said in response.content.decode()
    assert response["Content-Type"].startswith("text/plain")


def test_only_reading_is_allowed(client, two_districts):
    assert client.post("/tiles/990001/areas/8/0/0.mvt").status_code == 405


def test_areas_appear_from_coarse_to_fine(client, two_districts, make_area):
    seed_kinds()
    district = two_districts[0]
    make_area(district, "community", "c1", (120.05, 31.65, 120.06, 31.66))
    make_area(district, "unit_grid", "g1", (120.05, 31.65, 120.055, 31.655))
    make_area(district, "made_up", "m1", (120.05, 31.65, 120.055, 31.655))
    seen = {}
    for z in (7, 8, 10, 11, 12, 13, 16):
        response = client.get(path_of(district, "areas", z, 120.0525, 31.6525))
        seen[z] = {f["properties"]["kind"] for f in features(response, "areas")} if response.content else set()
    coarse = {"district", "town"}
    assert seen == {
        7: set(), 8: coarse, 10: coarse, 11: coarse | {"community"}, 12: coarse | {"community"},
        13: coarse | {"community", "unit_grid", "made_up"}, 16: coarse | {"community", "unit_grid", "made_up"},
    }  # fmt: skip


def test_objects_are_shown_while_they_are_valid(client, two_districts, make_area, monkeypatch):
    district = two_districts[0]
    make_area(district, "town", "old", (120.0, 31.6, 120.1, 31.7), valid_to=date(2026, 3, 1))
    make_area(district, "town", "new", (120.0, 31.6, 120.1, 31.7), valid_from=date(2026, 3, 1))
    layers.bump(f"{district.code}:areas")
    seen, etags = [], set()
    # One hour apart, but two days in the zone of the district.
    for at in (datetime(2026, 2, 28, 15, 30, tzinfo=UTC), datetime(2026, 2, 28, 16, 30, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        response = client.get(path_of(district, "areas", 16, 120.05, 31.65))
        seen.append({f["properties"]["code"] for f in features(response, "areas")} & {"old", "new"})
        etags.add(response["ETag"])
    assert seen == [{"old"}, {"new"}]
    assert len(etags) == 2


def test_every_layer_of_the_register_can_be_cut_into_tiles(client, two_districts):
    district = two_districts[0]
    line = shapely.LineString([(120.05, 31.65), (120.051, 31.651)])
    box = shapely.box(120.05, 31.65, 120.051, 31.651)
    unit = Organisation.objects.get(code=f"{district.code}-gov")
    Street.objects.create(
        district=district, code="s", street_class="main", width_m=12.5, oneway=True, length_m=1, **to_row(line)
    )
    Water.objects.create(district=district, code="w1", kind="river", **to_row(line))
    Water.objects.create(district=district, code="w2", kind="lake", **to_row(box))
    Site.objects.create(district=district, code="x", kind="school", responsible=unit, **to_row(box))
    found = {}
    for layer in LAYERS:
        tilejson = client.get(f"/tiles/{district.code}/{layer}.json").json()
        assert tilejson["vector_layers"][0]["id"] == layer
        response = client.get(path_of(district, layer, 16, 120.0505, 31.6505))
        found[layer] = [f["properties"]["code"] for f in features(response, layer)] if response.content else []
    assert found == {
        "areas": [district.code, f"{district.code}001"], "streets": ["s"], "waters": ["w2", "w1"], "greens": [],
        "gates": [], "plots": [], "buildings": [], "sites": ["x"], "components": [], "trees": [],
    }  # fmt: skip
    (street,) = features(client.get(path_of(district, "streets", 16, 120.0505, 31.6505)), "streets")
    assert street["properties"]["street_class"] == "main"
    assert "name_zh" not in street["properties"]  # blank is missing


def test_the_description_says_where_what_and_how(client, bins):
    body = client.get("/tiles/990001/components.json", headers={"Accept-Language": "en"}).json()
    assert body["tiles"] == ["http://testserver/tiles/990001/components/{z}/{x}/{y}.mvt"]
    assert (body["minzoom"], body["maxzoom"]) == (14, 16)
    assert body["bounds"] == pytest.approx([120.05, 31.7, 120.0502, 31.7])
    assert body["vector_layers"][0]["fields"] == {
        "id": "Number", "code": "String", "category": "String", "state": "String", "stands_for": "Number",
    }  # fmt: skip
    assert "Components" in body["name"]
    assert "stands_for" in body["description"]
    assert "bounds" not in client.get("/tiles/990001/trees.json").json()


def test_a_tile_is_encoded_once_per_state_of_its_layer(client, bins, monkeypatch):
    monkeypatch.setattr(caches, "_recent", RecentTiles())
    cut = []
    whole = caches.Source.tile
    monkeypatch.setattr(caches.Source, "tile", lambda *args: cut.append(args[1:]) or whole(*args))
    path = path_of(bins[0], "components", 14, 120.05, 31.7)
    for _ in range(3):
        client.get(path)
    assert len(cut) == 1
    layers.bump("990001:components")
    client.get(path)
    assert len(cut) == 2


def test_the_oldest_tiles_make_room():
    recent = RecentTiles(capacity=100)
    for number in range(4):
        recent.put((number,), Packed(b"x" * 40, 1, 1))
        recent.get((0,))
    assert [recent.get((number,)) is not None for number in range(4)] == [True, False, False, True]
    recent.put((9,), Packed(b"x" * 500, 1, 1))
    assert recent.get((0,)) is None
    assert recent.get((9,)) is not None


def test_thinned_tiles_say_so(client, bins):
    district, category = bins[0], Code.objects.get(code="0301")
    random = np.random.default_rng(0)
    Component.objects.bulk_create(
        Component(district=district, code=f"{n:016d}", category=category, lon=lon, lat=lat)
        for n, (lon, lat) in enumerate(random.uniform((120.045, 31.695), (120.055, 31.705), (12_000, 2)).tolist())
    )
    layers.bump("990001:components")
    response = client.get(path_of(district, "components", 14, 120.05, 31.7))
    shown, total = map(int, response["Xiuhua-Features"].split(" of "))
    assert len(response.content) < 500_000
    found = features(response, "components")
    assert len(found) == shown < total
    assert sum(one["properties"]["stands_for"] for one in found) == total
