import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.models import Event
from xiuhua.people.actions.organisations import OrganisationsRefusedError, _ring, load_organisations
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db

TREE = [
    {"code": "gov", "kind": "district", "name_zh": "区政府", "parent": ""},
    {"code": "cgj", "kind": "bureau", "name_zh": "城管局", "name_en": "City management", "parent": "gov"},
    {"code": "t1", "kind": "town", "name_zh": "一镇", "parent": "gov", "area_code": "990001001"},
    {"code": "c1", "kind": "community", "name_zh": "一社区", "parent": "t1", "email": "c1@example.org"},
    {"code": "co", "kind": "contractor", "name_zh": "保洁公司", "parent": "cgj", "phone": "0510-1"},
]


def load(rows, district="990001"):
    return load_organisations(district, rows, actor="tester")


def test_a_tree_loads_in_any_order_and_twice_without_change():
    rows = TREE[:]
    random.Random(4).shuffle(rows)
    assert rows[0]["parent"]  # a child comes first
    assert load(rows) == (5, 0)
    by_code = {o.code: o for o in Organisation.objects.all()}
    assert by_code["c1"].parent == by_code["t1"]
    assert by_code["t1"].parent == by_code["gov"]
    assert by_code["gov"].parent is None
    assert load(TREE) == (0, 0)
    assert Event.objects.filter(verb="organisations.loaded").count() == 1


def test_a_change_is_recorded_with_before_and_after_of_the_changed_rows_only():
    load(TREE)
    assert load([{**TREE[2], "phone": "12345"}, TREE[1]]) == (0, 1)
    event = Event.objects.filter(chain="organisations:990001").last()
    assert event.actor == "tester"
    assert set(event.after) == {"t1"} == set(event.before)
    assert (event.before["t1"]["phone"], event.after["t1"]["phone"]) == ("", "12345")


def test_a_move_in_the_tree_is_an_update_and_an_absent_column_keeps_what_is_stored():
    load(TREE)
    assert load([{"code": "co", "kind": "contractor", "name_zh": "保洁公司", "parent": "t1"}]) == (0, 1)
    assert Organisation.objects.get(code="co").parent.code == "t1"
    assert Organisation.objects.get(code="co").phone == "0510-1"
    assert load([{"code": "co", "name_zh": "新名"}]) == (0, 1)
    assert Organisation.objects.get(code="co").parent.code == "t1"


def test_the_same_codes_live_side_by_side_in_two_districts():
    load(TREE)
    assert load(TREE, "990002") == (5, 0)
    assert load([{"code": "x", "kind": "bureau", "name_zh": "局", "parent": "gov"}], "990002") == (1, 0)
    assert Organisation.objects.get(code="x").parent.district_code == "990002"


def refused(rows, district="990001"):
    before = list(Organisation.objects.values_list("pk", "name_zh", "parent"))
    with pytest.raises(OrganisationsRefusedError) as caught:
        load(rows, district)
    assert list(Organisation.objects.values_list("pk", "name_zh", "parent")) == before
    for rejection in caught.value.rejections:
        assert rejection.rule
        assert rejection.remedy
    return [(r.row, r.code, r.field) for r in caught.value.rejections]


def test_an_unknown_parent_is_refused_and_nothing_is_loaded():
    assert refused([*TREE, {"code": "z", "kind": "bureau", "name_zh": "局", "parent": "nobody"}]) == [
        (6, "z", "parent")
    ]
    load(TREE)
    # The parent must be of the same district.
    assert refused([{"code": "z", "kind": "bureau", "name_zh": "局", "parent": "gov"}], "990002") == [
        (1, "z", "parent")
    ]


def test_a_cycle_is_refused_with_its_members_whether_in_the_file_or_with_stored_rows():
    ring = [
        {"code": "a", "kind": "bureau", "name_zh": "甲", "parent": "b"},
        {"code": "b", "kind": "bureau", "name_zh": "乙", "parent": "a"},
        {"code": "c", "kind": "bureau", "name_zh": "丙", "parent": "a"},
    ]
    assert refused(ring) == [(1, "a", "parent"), (2, "b", "parent")]
    assert refused([{"code": "s", "kind": "bureau", "name_zh": "自", "parent": "s"}]) == [(1, "s", "parent")]
    load(TREE)
    assert refused([{**TREE[0], "parent": "c1"}]) == [(1, "gov", "parent")]


def test_each_wrong_value_is_named_with_row_and_field():
    rows = [
        {"code": "", "kind": "bureau", "name_zh": "无码"},
        {"code": "k", "kind": "ministry", "name_zh": "部"},
        {"code": "n", "kind": "bureau", "name_zh": ""},
        {"code": "e", "kind": "bureau", "name_zh": "邮", "email": "not an address", "_row": 40},
        {"code": "l" * 41, "kind": "bureau", "name_zh": "长"},
        {"code": "d", "kind": "bureau", "name_zh": "重"},
        {"code": "d", "kind": "bureau", "name_zh": "重"},
    ]
    assert refused(rows) == [
        (1, "", "code"), (2, "k", "kind"), (3, "n", "name_zh"), (5, "l" * 41, "code"), (7, "d", "code"),
        (40, "e", "email"),
    ]  # fmt: skip


@given(st.lists(st.integers(min_value=-1, max_value=9), min_size=10, max_size=10))
def test_a_ring_is_found_exactly_where_following_the_parents_comes_back(links):
    parents = {str(i): ("" if p < 0 else str(p)) for i, p in enumerate(links)}
    for code, parent in parents.items():
        at = parent
        for _ in range(10):
            if not at or at == code:
                break
            at = parents[at]
        assert (at == code) == bool(_ring(code, parents))


def test_a_body_that_was_split_names_those_that_took_over():
    ended = {**TREE[1], "valid_to": "2025-07-01", "successors": "co；t1"}
    assert load([*TREE[:1], ended, *TREE[2:]]) == (5, 0)
    body = Organisation.objects.get(code="cgj")
    assert (body.valid_to, body.successor_codes) == (date(2025, 7, 1), ["co", "t1"])
    assert [body.exists_on(date(2025, 6, 30)), body.exists_on(date(2025, 7, 1))] == [True, False]
    assert load([{**ended, "valid_to": date(2025, 7, 1)}]) == (0, 0)
    assert load([{**ended, "valid_to": ""}]) == (0, 1)
    assert Organisation.objects.get(code="cgj").exists_on(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_to": "soon"}, "valid_to"),
        ({"valid_from": "2025-01-01", "valid_to": "2025-01-01"}, "valid_to"),
        ({"successors": "cgj"}, "successors"),
        ({"successors": "nobody"}, "successors"),
        ({"successors": "x" * 401}, "successors"),
    ],
)
def test_a_validity_that_makes_no_sense_is_refused(change, field):
    with pytest.raises(OrganisationsRefusedError) as refused:
        load([TREE[0], {**TREE[1], **change}])
    assert {rejection.field for rejection in refused.value.rejections} == {field}
    assert not Organisation.objects.exists()
