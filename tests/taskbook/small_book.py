"""Units of a district and a small book in which every kind of thing occurs."""

from datetime import UTC, date, datetime

from xiuhua.people.models import Assignment, Organisation, User

# A day within the book.
NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)

BOOK = """\
key: needlework
name_zh: 绣花行动
name_en: Needlework
first_year: 2022
last_year: 2024
source: 示意
groups:
  - key: clean
    name_zh: 清洁
    name_en: Clean
goals:
  - key: closing
    name_zh: 按期结案
    name_en: Closed in time
    group: clean
    indicator: closing_on_time
    unit: "%"
    lead: urban
    support: [crew, water]
    baseline: 88
    baseline_year: 2021
    evidence_zh: 系统计算
    score:
      full_at: 95
      step: 1
      deduct: 0.5
      weight: 10
      source: 示意规则
      version: "2024"
    targets:
      - year: 2023
        value: 92
      - year: 2024
        value: 95
        meaning_zh: 达到 95 %
    commitments:
      - key: night
        measure: 增设夜间值守
        unit: crew
        due: 2024-06-30
  - key: rooms
    name_zh: 城市会客厅
    project_kind: living-room
    unit: 个
    lead: town
    targets:
      - year: 2024
        value: 2
projects:
  - key: lr-1
    kind: living-room
    name_zh: 第一处
    unit: town
    area: town:990001001
    lon: 120.05
    lat: 31.7
    milestones:
      - key: plan
        name_zh: 方案
        due: 2024-03-31
      - key: open
        name_zh: 开放
        due: 2024-09-30
"""


def furnish(district):
    """Units by code: a bureau with its crew, another bureau, one that was split in two, a town office."""
    made = {"town": Organisation.objects.create(district_code=district.code, code="town", kind="town", name_zh="镇")}
    for code, name, more in (
        ("urban", "城管局", {}),
        ("water", "水利局", {}),
        ("old", "旧局", {"valid_to": date(2023, 7, 1), "successors": "urban;water"}),
        ("gone", "撤销局", {"valid_to": date(2023, 7, 1)}),
        ("later", "新局", {"valid_from": date(2025, 1, 1)}),
    ):
        made[code] = Organisation.objects.create(
            district_code=district.code, code=code, kind="bureau", name_zh=name, **more
        )
    made["crew"] = Organisation.objects.create(
        district_code=district.code, code="crew", kind="contractor", name_zh="保洁队", parent=made["urban"]
    )
    return made


def person(district, name, role, unit=None):
    user = User.objects.create(username=f"{district.code}-{name}", display_name=name, organisation=unit)
    Assignment.objects.create(user=user, role=role, district_code=district.code)
    return user
