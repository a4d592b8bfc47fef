"""What a row of a file of cases may tell, and by which names of columns it is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Field:
    """One thing that a case file may tell; ``names`` are columns that are taken for it, in lower case."""

    about: str
    names: tuple[str, ...]
    required: bool = False


FIELDS: dict[str, Field] = {
    "id": Field(
        gettext_noop("number of the case in the other system"),
        ("id", "case_id", "service_request_id", "case_enquiry_id", "案件编号", "工单编号", "任务号"), required=True,
    ),
    "opened": Field(
        gettext_noop("time of the report"),
        ("opened", "open_dt", "opened_at", "requested_datetime", "created_at", "上报时间", "受理时间", "创建时间"),
        required=True,
    ),
    "closed": Field(
        gettext_noop("time of the end; empty while the case is open"),
        ("closed", "closed_dt", "closed_at", "结案时间", "办结时间"),
    ),
    "updated": Field(
        gettext_noop("time of the last change: of a closed case, without a time of the end, its end"),
        ("updated", "updated_datetime", "updated_at", "更新时间"),
    ),
    "deadline": Field(
        gettext_noop("deadline, kept as it is"),
        ("deadline", "target_dt", "expected_datetime", "due", "截止时间", "处置截止时间", "办理时限"),
    ),
    "status": Field(
        gettext_noop("open or closed; without it, a time of the end says so"),
        ("status", "case_status", "状态", "案件状态", "办理状态"),
    ),
    "type": Field(
        gettext_noop("category: a name or a code"),
        ("type", "category", "service_name", "小类", "小类名称", "案件类型", "问题类型", "类别"), required=True,
    ),
    "class": Field(gettext_noop("class of the category"), ("class", "reason", "group", "大类", "大类名称")),
    "description": Field(
        gettext_noop("what was told"), ("description", "case_title", "title", "问题描述", "描述", "案件描述", "内容")
    ),
    "outcome": Field(
        gettext_noop("what was done, or why it ended"),
        ("outcome", "closure_reason", "status_notes", "处理结果", "处置结果", "办理结果"),
    ),
    "address": Field(gettext_noop("address in words"), ("address", "location", "地址", "位置描述", "事发地址")),
    "lon": Field(gettext_noop("longitude, WGS-84"), ("lon", "long", "lng", "longitude", "经度"), required=True),
    "lat": Field(gettext_noop("latitude, WGS-84"), ("lat", "latitude", "纬度"), required=True),
    "channel": Field(gettext_noop("through which it came"), ("channel", "source", "来源", "案件来源", "问题来源")),
}  # fmt: skip


class MappingError(ValueError):
    """Columns that cannot be taken for fields: says which and what to do."""


def matched(columns: Iterable[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The column of each field: by ``wanted`` (column -> field, "" sets a column aside), else by its name.

    Raises ``MappingError`` for an unknown column or field, and where a required field has no column.
    """
    listed = list(columns)
    for column, field in wanted.items():
        if column not in listed:
            message = _("The file has no column %(column)s. It has: %(columns)s.")
            raise MappingError(message % {"column": column, "columns": ", ".join(listed)[:500]})
        if field and field not in FIELDS:
            message = _("There is no field %(field)s. There are: %(fields)s.")
            raise MappingError(message % {"field": field, "fields": ", ".join(FIELDS)})
    found = {field: column for column, field in wanted.items() if field}
    free = {column.casefold(): column for column in listed if column not in wanted}
    for key, rule in FIELDS.items():
        name = next((name for name in rule.names if name in free), None)
        if key not in found and name is not None:
            found[key] = free[name]
    missing = [key for key, rule in FIELDS.items() if rule.required and key not in found]
    if missing:
        said = ", ".join(f"{key} ({_(FIELDS[key].about)})" for key in missing)
        message = _("No column is known for: %(missing)s. Name it with --map COLUMN=FIELD; the file has: %(columns)s.")
        raise MappingError(message % {"missing": said, "columns": ", ".join(listed)[:500]})
    return found
