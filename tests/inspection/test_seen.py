"""When each square was last seen: from checks, cases, vehicles; later wins, twice changes nothing, never is never."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
import shapely
from click.testing import CliRunner
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from xiuhua.casework.models import Check as CaseCheck
from xiuhua.city.models import Area
from xiuhua.city.squares import plane_of
from xiuhua.foundation import layers
from xiuhua.foundation.events import verify
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.actions.cells import refresh_cells, see
from xiuhua.inspection.commands import inspection
from xiuhua.inspection.models import Cell, CellReading, Check, Frame, Standard
from xiuhua.inspection.seen_queries import SOURCES, cells_age, last_seen, shares
from xiuhua.lake.actions.batches import compact, receive
from xiuhua.lake.streams import PING

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HERE = 120.05, 31.7


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def district(two_districts):
    return two_districts[0]


def check_of(district, shape, seen_at, **more):
    """A frame of this shape and a check made there."""
    place = shape.centroid
    frame = Frame.objects.create(
        district=district, code=f"f{Frame.objects.count()}", kind="path", lon=place.x, lat=place.y, size=1,
        opens="08:00", closes="18:00", built_at=NOON, **to_row(shape),
    )  # fmt: skip
    standard = Standard.objects.get_or_create(key="path", version="1", kind="path")[0]
    given = {"lon": place.x, "lat": place.y, "received_at": seen_at} | more
    return Check.objects.create(
        district=district, frame=frame, standard=standard, part="panel", began_at=seen_at, seen_at=seen_at, **given
    )


def pings(district, rows):
    """Put positions (vehicle, instant, lon, lat, working) into the lake."""
    table = pa.Table.from_pylist(
        [
            {
                "district": district.code, "vehicle": vehicle, "at": at, "lon_e7": round(lon * 1e7),
                "lat_e7": round(lat * 1e7), "speed_cms": 200, "heading_cdeg": None, "working": working,
            }
            for vehicle, at, lon, lat, working in rows
        ],
        schema=PING.schema,
    )  # fmt: skip
    receive(PING, f"{district.code}:{rows[0]}", table, sent_by="box")
    compact()


def test_never_is_infinitely_long_ago_and_seen_counts_days(district):
    assert np.isinf(cells_age(district, *HERE, now=NOON)).all()
    assert see(district, *HERE, NOON - timedelta(days=3), "check") == 1
    ages = cells_age(district, [HERE[0], HERE[0] + 0.01], [HERE[1], HERE[1]], now=NOON)
    assert ages[0] == pytest.approx(3)
    assert np.isinf(ages[1])


def test_a_check_sees_the_squares_of_its_frame_but_not_from_afar_or_without_a_place(district):
    line = shapely.LineString([(120.05, 31.7), (120.055, 31.7)])
    check_of(district, line, NOON)
    check_of(district, shapely.Point(120.08, 31.7), NOON, distance_m=101.0)
    check_of(district, shapely.Point(120.09, 31.7), NOON, lon=None, lat=None)
    assert refresh_cells(district, now=NOON).seen["check"] >= 5
    assert cells_age(district, np.linspace(120.05, 120.055, 40), np.full(40, 31.7), now=NOON).tolist() == [0.0] * 40
    assert np.isinf(cells_age(district, [120.08, 120.09], [31.7, 31.7], now=NOON)).all()


def test_a_case_sees_its_square_when_it_is_reported_and_when_it_is_looked_at(desk):  # noqa: F811
    case = desk.at_state("handling")
    refresh_cells(desk.district, now=case.reported_at)
    assert cells_age(desk.district, case.lon, case.lat, now=case.reported_at)[0] == pytest.approx(0, abs=1e-6)
    later = case.reported_at + timedelta(days=2)
    CaseCheck.objects.create(
        case=case, kind="before_closing", drawn_at=later, due=later, seen_at=later, received_at=later
    )
    type(case).objects.filter(pk=case.pk).update(changed_at=later)
    refresh_cells(desk.district, now=later)
    assert cells_age(desk.district, case.lon, case.lat, now=later)[0] == pytest.approx(0, abs=1e-6)


def test_a_vehicle_at_work_sweeps_and_one_that_passes_patrols(district):
    pings(district, [
        ("s1", NOON, 120.0501, 31.7, True), ("s1", NOON + timedelta(seconds=30), 120.0551, 31.7, True),
        ("p1", NOON, 120.0701, 31.7, False), ("p2", NOON, 120.0801, 31.7, None),
        # A clock that runs ahead hides nothing.
        ("s1", NOON + timedelta(days=400), 120.0501, 31.7, True),
    ])  # fmt: skip
    done = refresh_cells(district, now=NOON + timedelta(minutes=1))
    assert done.seen["sweep"] >= 5
    assert done.seen["patrol"] == 2
    assert np.isfinite(cells_age(district, np.linspace(120.0501, 120.0551, 40), np.full(40, 31.7))).all()
    assert Cell.objects.filter(seen_at__gt=NOON + timedelta(minutes=1)).count() == 0


def test_only_days_that_were_written_since_are_read_again_and_late_rows_are(district, tmp_path, monkeypatch):
    pings(district, [("s1", NOON, 120.05, 31.7, True)])
    now = datetime.now(UTC)
    assert refresh_cells(district, now=now + timedelta(hours=1)).seen["sweep"] == 1
    assert "sweep" not in refresh_cells(district, now=now + timedelta(hours=2)).seen
    # Sent late for the same day: the file of the day is new.
    refreshed = CellReading.objects.get()
    CellReading.objects.filter(pk=refreshed.pk).update(until=now)
    pings(district, [("s2", NOON, 120.06, 31.7, True)])
    assert refresh_cells(district, now=now + timedelta(hours=3)).seen["sweep"] == 2


def test_reading_twice_changes_nothing_and_the_chain_holds(district):
    check_of(district, shapely.Point(*HERE), NOON)
    pings(district, [("s1", NOON, 120.05, 31.7, True)])
    first = refresh_cells(district, now=NOON)
    assert (first.changed, first.anew) == (2, True)
    kept = list(Cell.objects.order_by("pk").values())
    again = refresh_cells(district, datetime(1970, 1, 1, tzinfo=UTC), now=NOON)
    assert (again.changed, again.seen) == (0, first.seen)
    assert list(Cell.objects.order_by("pk").values()) == kept
    assert not verify().breaks


sightings = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5000), st.sampled_from(SOURCES)), min_size=1, max_size=12
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sightings, st.randoms())
def test_later_wins_whatever_comes_first(district, told, random):
    def kept(rows):
        Cell.objects.all().delete()
        for place, seconds, source in rows:
            see(district, HERE[0] + place / 100, HERE[1], NOON + timedelta(seconds=seconds), source)
        return set(Cell.objects.values_list("column", "source", "seen_at"))

    shuffled = [*told, *told]
    random.shuffle(shuffled)
    whole = kept(told)
    assert kept(shuffled) == whole
    last = {}
    for place, seconds, source in told:
        last[place, source] = max(seconds, last.get((place, source), 0))
    assert len(whole) == len(last)
    assert {at for _column, _source, at in whole} == {NOON + timedelta(seconds=each) for each in last.values()}


def test_an_unknown_source_is_refused_and_the_future_is_not_seen_yet(district):
    with pytest.raises(ValueError, match="balloon is no source of sightings: choose one of check"):
        see(district, *HERE, NOON, "balloon")
    assert see(district, *HERE, datetime.now(UTC) + timedelta(days=1), "camera") == 0


def test_shares_count_ground_by_town(district):
    see(district, *HERE, NOON - timedelta(days=10), "case")
    found = last_seen(district)
    first, second = shares(district, found, NOON)
    assert (first.week_m2, first.thirty_m2, first.ever_m2) == (0, 10_000, 10_000)
    assert (second.thirty_m2, second.ever_m2) == (0, 0)
    town = Area.objects.get(code=first.code)
    assert first.area_m2 == pytest.approx(town.area_m2, rel=2e-3)
    assert last_seen(district, ["check"]).seen_at[found.source >= 0].astype(str).tolist() == ["NaT"]


def test_what_was_seen_beside_the_district_is_kept_apart(district):
    see(district, 119.9, 31.7, NOON, "sweep")
    found = last_seen(district)
    assert found.inside.sum() == len(found.inside) - 1
    assert found.source[~found.inside].tolist() == [SOURCES.index("sweep")]


def test_the_other_district_sees_nothing(two_districts):
    see(two_districts[0], *HERE, NOON, "sweep")
    assert np.isinf(cells_age(two_districts[1], *HERE)).all()


def test_where_borders_move_all_is_read_again_and_what_a_camera_told_moves_along(district):
    check_of(district, shapely.Point(*HERE), NOON)
    see(district, 120.08, 31.75, NOON, "camera")
    refresh_cells(district, now=NOON)
    before = plane_of(district)
    Area.objects.filter(district=district, kind="town").update(min_lat=31.5)
    layers.forget()
    assert plane_of(district) != before
    assert refresh_cells(district, now=NOON + timedelta(hours=1)).anew
    reading = CellReading.objects.get()
    assert (reading.east, reading.north) == plane_of(district)
    assert np.isfinite(cells_age(district, *HERE)).all()
    assert Cell.objects.count() == 2


def test_the_command_says_what_it_read(district):
    check_of(district, shapely.Point(*HERE), NOON)
    with translation.override("en"):
        done = CliRunner().invoke(inspection, ["cells", "refresh", district.code])
        assert done.exit_code == 0, done.output
        assert "check: 1 squares" in done.output
        assert "1 squares have a later instant now" in done.output
        wrong = CliRunner().invoke(inspection, ["cells", "refresh", "nowhere"])
    assert "There is no district nowhere" in wrong.output
