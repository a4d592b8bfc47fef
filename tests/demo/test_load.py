"""The drawing loaded through the actions of the rooms."""

from collections import Counter

import pytest

from xiuhua.city.duty_report import gaps, overlaps
from xiuhua.city.models import Area, Building, Component, District, Duty, Gate, KerbSide, Plot, Street, Tree
from xiuhua.demo import load as demo_load
from xiuhua.demo.accounts import account_list, make_accounts, new_password
from xiuhua.demo.note import Note, read_note, write_note
from xiuhua.demo.queries import demo_accounts
from xiuhua.foundation.models import Event
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, Organisation, User


@pytest.fixture
def loaded(db, drawing):
    return demo_load.load_drawing(drawing, 1)


def counts():
    return [model.objects.count() for model in (Area, Street, KerbSide, Building, Tree, Component, Duty, Organisation)]


def test_everything_drawn_is_loaded_and_again_changes_nothing(loaded, drawing):
    assert loaded.synthetic
    assert loaded.attribution
    for model, layer in (
        (Street, "streets"), (Building, "buildings"), (Tree, "trees"), (Component, "components"), (Gate, "gates"),
        (Plot, "plots"),
    ):  # fmt: skip
        assert model.objects.filter(district=loaded).count() == len(drawing.tables[layer])
    assert Organisation.objects.filter(kind="community").count() == 120
    assert Organisation.objects.filter(kind="town").count() == 7
    before, events = counts(), Event.objects.count()
    demo_load.load_drawing(drawing, 1)
    assert counts() == before
    assert Event.objects.count() == events


def test_points_know_their_grid(loaded):
    placed = Component.objects.filter(grid__isnull=False)
    assert placed.count() == Component.objects.count()
    one = placed.select_related("town", "community", "grid").first()
    assert one.grid.code[:12] == one.community.code
    assert one.community.code[:9] == one.town.code


def test_a_district_beside_it_stays_untouched(two_districts, drawing):
    before = list(Area.objects.filter(district__in=two_districts).values_list("id", "code"))
    demo_load.load_drawing(drawing, 1)
    assert District.objects.count() == 3
    assert list(Area.objects.filter(district__in=two_districts).values_list("id", "code")) == before


def test_duties_show_the_gaps_and_overlaps_they_were_given(loaded):
    missing = Counter(f"{gap.category.code_set.key}:{gap.category.code}" for gap in gaps(loaded))
    assert missing["demo-components:0113"] == 7  # fitness equipment: nobody, in every town
    assert missing["demo-events:0602"] == 7  # dogs at the weekend
    assert missing["demo-events:0101"] == 1  # night cleaning of one town
    assert missing["demo-events:0501"] == 0  # burst pipes are always somebody's
    claimed = {overlap.category.code for overlap in overlaps(loaded)}
    assert claimed == {"0109", "0401"}


def test_one_account_for_each_role_bound_where_it_says(loaded, drawing):
    password = new_password()
    make_accounts(loaded.code, drawing.areas.rows, password, actor="system:test")
    assert {entry["role"] for entry in account_list()} == set(MATRIX.roles)
    for entry in account_list():
        user = User.objects.get(username=entry["role"])
        assert user.check_password(password)
        assert not user.is_superuser
        assert (user.organisation.code if user.organisation else "") == entry["organisation"]
        held = Assignment.objects.get(user=user)
        assert held.role == entry["role"]
        assert bool(held.area_code) == bool(entry["area"])
        if held.area_code:
            assert Area.objects.filter(district=loaded, code=held.area_code).exists()
    other = new_password()
    make_accounts(loaded.code, drawing.areas.rows, other, actor="system:test")
    assert User.objects.get(username="leader").check_password(other)
    assert User.objects.count() == len(MATRIX.roles)


def test_accounts_are_listed_only_where_that_is_safe(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert read_note() is None
    assert demo_accounts() == []
    District.objects.create(code="990001", name_zh="示意区", synthetic=True)
    note = Note("tiny", 1, "abcd-efgh-jkmn")
    for complete, shown in ((False, True), (True, False)):
        note.complete, note.shown = complete, shown
        write_note(note)
        assert demo_accounts() == []
    note.complete = note.shown = True
    write_note(note)
    listed = demo_accounts()
    assert [account.username for account in listed] == [entry["role"] for entry in account_list()]
    assert all(account.password == note.password and account.url.startswith("/") for account in listed)
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    District.objects.create(code="320206", name_zh="真实区", synthetic=False)
    assert demo_accounts() == []


def test_a_refused_row_is_a_fault_that_stops_the_load(db, drawing, monkeypatch):
    def spoiled(key):
        data = original(key)
        if key == "codes.yaml":
            kept = {k: v for k, v in data["components"]["classes"].items() if not k.startswith("01")}
            data = {**data, "components": {**data["components"], "classes": kept}}
        return data

    original = demo_load.read_yaml
    monkeypatch.setattr(demo_load, "read_yaml", spoiled)
    with pytest.raises(demo_load.DrawingRefusedError, match="components"):
        demo_load.load_drawing(drawing, 1)


def test_passwords_differ_and_can_be_read_aloud():
    drawn = {new_password() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(word) == 14 and not set(word) & set("0o1li") for word in drawn)
