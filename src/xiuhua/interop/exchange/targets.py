"""What a file can be loaded into: the layers of the map, and the registers that have no geometry."""

from dataclasses import dataclass

from django.db import models

from xiuhua.city.layers import COMMON, LAYERS, VALIDITY, Field
from xiuhua.city.models import Code, Duty
from xiuhua.people.models import Organisation


@dataclass(frozen=True)
class Target:
    """A layer or register: ``geometry`` as in city.layers, "" for a register; ``fields`` in the order of files."""

    key: str
    zh: str
    en: str
    model: type[models.Model]
    geometry: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field called ``name``."""
        return next((f for f in self.fields if f.name == name), None)


_CODE = COMMON[0]
_NAME = Field("name_zh", "text", "名称", "Name (Chinese)", required=True)
_NAME_EN = COMMON[2]

_REGISTERS = (
    Target(
        "organisations", "单位", "Organisations", Organisation, "",
        (
            _CODE,
            Field("kind", "choice", "类别", "Kind", required=True),
            _NAME,
            _NAME_EN,
            Field("parent", "organisation", "上级单位", "Parent body"),
            Field("area_code", "area", "辖区编码", "Code of its territory"),
            Field("phone", "text", "电话", "Telephone"),
            Field("email", "text", "邮箱", "E-mail"),
            VALIDITY[0],
            VALIDITY[1],
            Field("successors", "text", "承接单位", "Bodies that took over"),
        ),
    ),
    Target(
        "duties", "职责", "Duties", Duty, "",
        (
            _CODE,
            Field("unit", "organisation", "责任单位", "Unit", required=True),
            Field("code_set", "text", "编码体系", "Code set"),
            Field("category", "code", "类别", "Category"),
            Field("area", "text", "区域", "Area"),
            Field("object_layer", "text", "对象图层", "Object layer"),
            Field("object_code", "code", "对象编码", "Object code"),
            Field("weekdays", "code", "星期", "Weekdays"),
            Field("time_from", "time", "开始时间", "From (time)"),
            Field("time_to", "time", "结束时间", "To (time)"),
            VALIDITY[0],
            VALIDITY[1],
            Field("rank", "int", "次序", "Rank"),
            Field("basis", "text", "依据", "Basis"),
        ),
    ),
    Target(
        "codes", "分类编码", "Category codes", Code, "",
        (
            _CODE,
            Field("class_zh", "text", "大类", "Class"),
            Field("class_en", "text", "大类英文", "Class in English"),
            _NAME,
            _NAME_EN,
            Field("status", "text", "状态", "Status"),
        ),
    ),
)  # fmt: skip

TARGETS: dict[str, Target] = {
    **{
        key: Target(key, layer.zh, layer.en, layer.model, layer.geometry, (*COMMON, *layer.fields, *VALIDITY))
        for key, layer in LAYERS.items()
    },
    **{register.key: register for register in _REGISTERS},
}
