"""The layers of the city as data: what each holds, how it is named, what the map and files carry of it.

Import and export, tiles, list views, legends and search all read this register, so a field added here
appears everywhere.
"""

from dataclasses import dataclass

from django.db import models

from xiuhua.city import models as city


@dataclass(frozen=True)
class Field:
    """A column of a layer's file format and of its list view.

    ``kind`` is one of text, int, float, bool, date, choice, kind (a key of the Kind table),
    organisation (a code), category (``set@version:code``), area (the code of another area), green (the code of
    a green space).
    """

    name: str
    kind: str
    zh: str
    en: str
    required: bool = False
    unit: str = ""

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return city.local(self.zh, self.en)


@dataclass(frozen=True)
class Layer:
    """A layer: its model, the geometries it takes, its fields beyond code and names, what tiles carry."""

    key: str
    model: type[models.Model]
    zh: str
    en: str
    geometry: str  # polygon | line | point | line-or-polygon
    fields: tuple[Field, ...]
    tile_fields: tuple[str, ...]
    min_zoom: int
    colour: str

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return city.local(self.zh, self.en)

    @property
    def is_points(self) -> bool:
        """Whether positions are kept as lon and lat instead of WKB."""
        return self.geometry == "point"


COMMON = (
    Field("code", "text", "编码", "Code", required=True),
    Field("name_zh", "text", "名称", "Name (Chinese)"),
    Field("name_en", "text", "英文名称", "Name (English)"),
)
VALIDITY = (
    Field("valid_from", "date", "生效日期", "Valid from"),
    Field("valid_to", "date", "失效日期", "Valid to"),
    Field("source", "text", "来源", "Source"),
)

_ALL = (
    Layer(
        "areas", city.Area, "区域与网格", "Areas and grids", "polygon",
        (
            Field("kind", "kind", "类别", "Kind", required=True),
            Field("parent", "area", "上级区域", "Parent area"),
            Field("grade", "int", "管理等级", "Management grade"),
            Field("persons", "int", "人口", "Persons"),
        ),
        ("code", "name_zh", "name_en", "kind", "grade"), 8, "#7a6a8e",
    ),
    Layer(
        "streets", city.Street, "道路", "Streets", "line",
        (
            Field("street_class", "choice", "道路类别", "Class", required=True),
            Field("cleaning_grade", "int", "保洁等级", "Cleaning grade"),
            Field("width_m", "float", "宽度", "Width", unit="m"),
            Field("oneway", "bool", "单行", "One way"),
            Field("elevated", "bool", "高架", "Elevated"),
        ),
        ("code", "name_zh", "name_en", "street_class", "cleaning_grade"), 10, "#8a8f98",
    ),
    Layer(
        "waters", city.Water, "水面", "Waters", "line-or-polygon",
        (Field("kind", "kind", "类别", "Kind", required=True),),
        ("code", "name_zh", "name_en", "kind"), 9, "#4f8fb8",
    ),
    Layer(
        "greens", city.GreenSpace, "绿地", "Green spaces", "polygon",
        (
            Field("kind", "kind", "类别", "Kind", required=True),
            Field("fenceless", "bool", "开放式", "Open on all sides"),
        ),
        ("code", "name_zh", "name_en", "kind"), 10, "#5a9367",
    ),
    Layer(
        "gates", city.Gate, "公园出入口", "Park entrances", "point",
        (Field("green", "green", "所属绿地", "Green space", required=True),),
        ("code", "name_zh", "name_en", "green"), 14, "#2e6f57",
    ),
    Layer(
        "plots", city.Plot, "用地", "Land use", "polygon",
        (Field("kind", "kind", "用地性质", "Land use", required=True),),
        ("code", "kind"), 12, "#c9b48f",
    ),
    Layer(
        "buildings", city.Building, "建筑", "Buildings", "polygon",
        (
            Field("use", "text", "用途", "Use"),
            Field("height_m", "float", "高度", "Height", unit="m"),
            Field("floors", "int", "层数", "Floors"),
            Field("persons", "int", "居住人数", "Persons"),
        ),
        ("code", "name_zh", "name_en", "use", "height_m", "floors"), 13, "#b9a18c",
    ),
    Layer(
        "sites", city.Site, "重点场所", "Sites", "polygon",
        (
            Field("kind", "kind", "类别", "Kind", required=True),
            Field("address", "text", "地址", "Address"),
            Field("responsible", "organisation", "责任单位", "Responsible unit"),
        ),
        ("code", "name_zh", "name_en", "kind"), 11, "#c27b48",
    ),
    Layer(
        "components", city.Component, "城市部件", "Components", "point",
        (
            Field("category", "category", "部件类别", "Category", required=True),
            Field("state", "choice", "状态", "State"),
            Field("competent", "organisation", "主管部门", "Competent body"),
            Field("owner", "organisation", "权属单位", "Owner"),
            Field("maintainer", "organisation", "养护单位", "Maintainer"),
            Field("surveyed_on", "date", "普查日期", "Surveyed on"),
            Field("changed_on", "date", "变更日期", "Changed on"),
        ),
        ("code", "category", "state"), 14, "#a2485c",
    ),
    Layer(
        "trees", city.Tree, "树木", "Trees", "point",
        (
            Field("species", "text", "树种", "Species"),
            Field("evergreen", "bool", "常绿", "Evergreen"),
            Field("height_m", "float", "树高", "Height", unit="m"),
            Field("crown_m", "float", "冠幅", "Crown width", unit="m"),
            Field("base_m", "float", "枝下高", "Height of the lowest branches", unit="m"),
            Field("trunk_cm", "float", "胸径", "Trunk", unit="cm"),
            Field("planted", "int", "种植年份", "Planted"),
        ),
        ("code", "species", "height_m", "crown_m"), 14, "#3f7d4e",
    ),
)  # fmt: skip

LAYERS: dict[str, Layer] = {layer.key: layer for layer in _ALL}
# The vocabulary that the ``kind`` field of a layer draws on.
KIND_DOMAINS = {"areas": "area", "sites": "site", "waters": "water", "greens": "green", "plots": "plot"}
# The layers whose objects a duty may name: land use says what ground is for, not what is looked after.
DUTY_LAYERS = tuple(key for key in LAYERS if key != "plots")


def version_key(district_code: str, layer: str) -> str:
    """The key under which foundation.layers counts the changes of a district's layer."""
    return f"{district_code}:{layer}"
