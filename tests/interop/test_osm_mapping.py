"""The mapping file: conditions, order of rules, and what a wrong file is told."""

import pytest
import yaml

from xiuhua.city.layers import COMMON, LAYERS, VALIDITY
from xiuhua.city.models import Street
from xiuhua.interop.osm.conditions import MappingError, all_hold, parse
from xiuhua.interop.osm.mapping import DEFAULT, read_mapping

KNOWN = {key: [field.name for field in (*COMMON, *VALIDITY, *layer.fields)] for key, layer in LAYERS.items()}


@pytest.fixture(scope="module")
def shipped():
    return read_mapping(DEFAULT, KNOWN)


@pytest.fixture
def changed(tmp_path):
    """The shipped mapping with one change, as a file."""

    def change(edit):
        raw = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
        edit(raw)
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        return path

    return change


@pytest.mark.parametrize(
    ("when", "tags", "holds"),
    [
        ({"a": "x"}, {"a": "x"}, True),
        ({"a": "x"}, {"a": "y"}, False),
        ({"a": "x"}, {}, False),
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": "x"}, {"a": "w; x"}, True),
        ({"a": "*"}, {"a": "anything"}, True),
        ({"a": "*"}, {}, False),
        ({"a": "!x"}, {"a": "x"}, False),
        ({"a": "!x"}, {"a": "w;x"}, False),
        ({"a": "!x"}, {}, True),
        ({"a": "!x"}, {"a": "y"}, True),
        ({"a": ["*", "!no"]}, {"a": "no"}, False),
        ({"a": ["*", "!no"]}, {"a": "yes"}, True),
        ({"a": "!*"}, {"a": "x"}, False),
        ({"a": "!*"}, {}, True),
        ({"a": "x", "b": "y"}, {"a": "x"}, False),
    ],
)
def test_conditions(when, tags, holds):
    assert all_hold(parse(when, "here"), tags) is holds


def test_the_first_rule_of_each_layer_wins(shipped):
    tags = {"building": "school", "amenity": "school"}
    assert {layer.key for layer, _rules in shipped.match(tags, "polygon")} == {"buildings", "sites"}
    manhole = shipped.match({"man_made": "manhole", "manhole": "drain"}, "point")
    assert [rule.values for _layer, rules in manhole for rule in rules] == [{"category": "osm@2024:0102"}]


def test_a_shape_that_the_layer_does_not_take_is_no_match(shipped):
    assert not shipped.match({"highway": "residential"}, "point")
    assert not shipped.match({"natural": "tree"}, "polygon")
    assert not shipped.match({"building": "no"}, "polygon")


def test_size_rules_stay_open_until_the_geometry_is_known(shipped):
    rules = {layer.key: rules for layer, rules in shipped.match({"leisure": "park"}, "polygon")}["greens"]
    assert [rule.least_m2 for rule in rules] == [100_000, 10_000, 0]


def test_every_street_class_of_the_mapping_exists(shipped):
    used = {rule.values["street_class"] for rule in shipped.layers["streets"].rules}
    assert used == set(Street.StreetClass.values)


@pytest.mark.django_db
def test_every_kind_of_the_mapping_is_in_the_vocabulary(shipped):
    from xiuhua.city.models import Kind

    for layer, domain in (("areas", "area"), ("sites", "site"), ("waters", "water"), ("greens", "green")):
        known = set(Kind.objects.filter(domain=domain).values_list("key", flat=True))
        assert {rule.values["kind"] for rule in shipped.layers[layer].rules} <= known


def test_codes_are_named_once_and_in_a_named_class(shipped):
    codes = shipped.code_set.codes
    assert len({code["code"] for code in codes}) == len(codes)
    assert all(code["class_zh"] and code["name_zh"] and code["name_en"] for code in codes)
    assert len({code["name_zh"] for code in codes}) == len(codes)


def test_levels_come_before_those_of_the_file(shipped):
    own = shipped.with_levels({"8": "community", "6": "town"})
    tags = {"boundary": "administrative", "type": "boundary"}

    def kind(level):
        matches = {layer.key: rules for layer, rules in own.match({**tags, "admin_level": level}, "polygon")}
        return matches["areas"][0].values["kind"]

    assert (kind("8"), kind("6"), kind("10")) == ("community", "town", "community")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda raw: raw["layers"].update(rivers={"shape": "line", "rules": []}), "rivers"),
        (lambda raw: raw["layers"]["trees"]["fields"].update(hight_m={"metres": ["height"]}), "hight_m"),
        (lambda raw: raw["layers"]["trees"]["rules"][0].update(set={"age": 3}), "age"),
        (lambda raw: raw["layers"]["trees"]["rules"][0].update(shape="blob"), "trees rule 1"),
        (lambda raw: raw["layers"]["trees"]["rules"][0].update(when={"oneway": True}), "True"),
        (lambda raw: raw["layers"]["trees"]["rules"][0].update(when={"natural": "!tree"}), "trees rule 1"),
        (lambda raw: raw["layers"]["trees"]["rules"][0].update(when="natural"), "trees rule 1"),
        (lambda raw: raw["layers"]["trees"]["fields"].update(height_m={"furlongs": ["height"]}), "height_m"),
        (lambda raw: raw["layers"]["components"].pop("code_set"), "code_set"),
        (lambda raw: raw.pop("names"), "names"),
        (lambda raw: raw.pop("layers"), "layers"),
        (lambda raw: raw["layers"].update(trees=None), "mine.yaml"),
    ],
)
def test_a_wrong_mapping_says_where(changed, edit, said):
    with pytest.raises(MappingError) as raised:
        read_mapping(changed(edit), KNOWN)
    assert said in str(raised.value)
    assert str(raised.value).startswith("mine.yaml")


@pytest.mark.parametrize("content", [b"layers: [", b"\xb5\xc0\xc2\xb7: x", b"", b"- 1"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(MappingError):
        read_mapping(path, KNOWN)
