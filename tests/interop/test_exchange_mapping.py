import pytest

from xiuhua.interop.exchange import identifiers
from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.mapping import choose_columns

FIELDS = ["code", "name_zh", "name_en", "height_m", "kind"]


def test_own_names_then_synonyms_in_two_languages():
    mapping = choose_columns(["编码", "名称", "HEIGHT", "颜色", "notice"], FIELDS, [])
    assert mapping.columns == {"code": "编码", "name_zh": "名称", "height_m": "HEIGHT"}
    assert mapping.ignored == ["颜色"]


def test_a_field_of_the_same_name_wins_over_a_synonym():
    assert choose_columns(["name", "name_zh"], FIELDS, []).columns == {"name_zh": "name_zh"}


def test_units_in_brackets_and_separators_do_not_matter():
    assert choose_columns(["高度（米）", "Name-ZH"], FIELDS, []).columns == {
        "height_m": "高度（米）",
        "name_zh": "Name-ZH",
    }


def test_the_person_overrules_and_may_set_aside():
    mapping = choose_columns(["id", "nr", "height"], FIELDS, [("nr", "code"), ("height", "")])
    assert mapping.columns == {"code": "nr"}
    assert mapping.ignored == ["id", "height"]


def test_a_column_that_classifies_is_no_code_unless_said():
    assert choose_columns(["code", "osm_id"], FIELDS, [], (), frozenset({"code"})).columns == {"code": "osm_id"}
    assert choose_columns(["code"], FIELDS, [("code", "code")], (), frozenset({"code"})).columns == {"code": "code"}


@pytest.mark.parametrize(("said", "rule"), [([("x", "code")], "column_absent"), ([("id", "colour")], "field_absent")])
def test_names_that_do_not_exist(said, rule):
    with pytest.raises(FileRefusedError) as caught:
        choose_columns(["id"], FIELDS, said)
    assert caught.value.rule == rule


def rules(layer, values, district="990001"):
    return [doubt.rule for doubt in identifiers.doubts(layer, 1, values, district)]


def test_component_identifiers_are_doubted_never_refused():
    assert rules("components", {"code": "9900010101000001", "category": "gb@1:0101"}) == []
    assert rules("components", {"code": "9900020101000001"}) == ["identifier_district"]
    assert rules("components", {"code": "9900010101000001", "category": "gb@1:0102"}) == ["identifier_category"]
    assert rules("components", {"code": "A-17"}) == ["identifier_structure"]


def test_unit_grid_codes_have_fifteen_digits_and_other_areas_any():
    assert rules("areas", {"kind": "unit_grid", "code": "990001001001001"}) == []
    assert rules("areas", {"kind": "unit_grid", "code": "9900010010010010"}) == ["identifier_structure"]
    assert rules("areas", {"kind": "town", "code": "T"}) == []
    assert rules("trees", {"code": "T"}) == []
