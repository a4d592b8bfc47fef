"""Puts casework into the districts of small_city.py: a calendar, categories, people of every role, cases.

Accounts of the first district, all with small_city's password: ``dispatcher`` and ``colleague`` (the desk), ``lead``
(leads the water bureau), ``handler`` (of the crew below it), ``inspector`` (of no unit), ``townhall`` (town office of
the first town).
``other-dispatcher`` is the desk of the second district, which has one case.

Limits are urgent hours, so that what is left of them does not depend on when the tests run.
"""

from datetime import timedelta

from django.utils import timezone

CODES = (
    {"code": "0101", "class_zh": "市容环境", "name_zh": "暴露垃圾", "name_en": "Exposed waste"},
    {"code": "0102", "class_zh": "市容环境", "name_zh": "道路积水", "name_en": "Water on the road"},
    {"code": "0201", "class_zh": "施工管理", "name_zh": "工地扬尘", "name_en": "Dust of a building site"},
)
STANDARDS = (
    {"category": "0101", "condition": "有暴露垃圾", "limit": "2", "unit": "urgent_hour", "close_action": "清运干净"},
    {"category": "0102", "condition": "积水影响行走", "limit": "8", "unit": "urgent_hour", "close_action": "排除积水"},
    {"category": "0201", "condition": "裸土未覆盖", "limit": "24", "unit": "urgent_hour", "close_action": "覆盖"},
)
QUESTIONS = {
    "type": "object",
    "properties": {
        "amount": {
            "title": "有多少", "title_en": "How much", "type": "string", "order": 1,
            "enum": ["bag", "heap"], "enum_zh": ["几袋以内", "成堆"], "enum_en": ["A few bags", "A heap"],
        },
        "blocks": {"title": "是否挡路", "title_en": "Does it block the way", "type": "boolean", "order": 2},
    },
    "required": ["amount"],
}  # fmt: skip
# What is wrong, category, hours since it was reported, and the moves made: (who, move, what is given).
FILED = ("dispatcher", "file", {"standard": "STANDARD"})
GIVEN = (FILED, ("dispatcher", "dispatch", {"unit": "UNIT"}))
IN_HAND = (*GIVEN, ("lead", "assign", {"handler": "handler"}))
HANDED_BACK = (*IN_HAND, ("handler", "hand_back", {"reason": "已处理完毕，现场已清理"}))
CHECKING = (*HANDED_BACK, ("dispatcher", "ask_check", {}))
VERIFIED = (*CHECKING, ("inspector", "pass", {"check": "CHECK"}))
CASES = (
    ("人民路口有一堆垃圾，气味很大", "0101", 0.1, ()),
    ("柳溪街菜场后门堆着旧沙发", "0101", 0.6, ()),
    ("石桥街低洼处积水过脚面", "0102", 0.5, (FILED,)),
    ("井亭巷口垃圾袋破了一地", "0101", 3, GIVEN),
    ("人民路公交站旁积水", "0102", 2, GIVEN),
    ("河滨步道上有建筑垃圾", "0101", 1.8, IN_HAND),
    ("工地东侧裸土未盖", "0201", 5, IN_HAND),
    ("柳溪街排水口堵了", "0102", 7, (*IN_HAND, ("handler", "ask_extension", {"reason": "需要吸污车，明早到场"}))),
    ("石桥农贸市场门口垃圾", "0101", 1.2, HANDED_BACK),
    ("人民路隔离带旁垃圾", "0101", 1.5, CHECKING),
    ("井亭巷积水已两天", "0102", 4, CHECKING),
    ("河滨步道垃圾桶外溢", "0101", 2.5, VERIFIED),
    ("柳溪街树下堆垃圾", "0101", 30, (*VERIFIED, ("dispatcher", "close", {"public_note": "已清运"}))),
    ("看错了，没有积水", "0102", 20, (("dispatcher", "reject", {"reason": "现场未发现"}),)),
)


def furnish(actor, password):
    """Everything for both districts; called once by small_city.py."""
    _calendar(actor)
    codes = _categories(actor)
    people = _accounts(actor, password)
    for number, (text, category, hours, moves) in enumerate(CASES):
        _case("990001", 120.30, number, text, codes[category], hours, moves, people)
    _case("990002", 120.34, 0, "另一个区的垃圾", codes["0101"], 1, (), people)


def _calendar(actor):
    from xiuhua.foundation.actions.calendars import declare_years, define

    year = timezone.now().year
    define("CN", zone="Asia/Shanghai", actor=actor)
    declare_years("CN", {year - 1: [], year: [], year + 1: []}, actor=actor, source="drawn for the browser tests")


def _categories(actor):
    from xiuhua.casework.actions.services import put_service
    from xiuhua.casework.actions.standards import load_standards
    from xiuhua.city.actions.codes import load_codes
    from xiuhua.city.models import Code, CodeSet

    load_codes("events", "1", kind="event", name_zh="事件编码", name_en="Events", rows=CODES, actor=actor)
    load_standards(CodeSet.objects.get(key="events", version="1"), STANDARDS, actor=actor)
    found = {code.code: code for code in Code.objects.filter(code_set__key="events")}
    put_service(found["0101"], actor=actor, description_zh="路边、空地没人清走的垃圾",
                description_en="Waste left at the roadside", keywords="垃圾 沙发 臭", questions=QUESTIONS)  # fmt: skip
    put_service(
        found["0102"],
        actor=actor,
        description_zh="路面积水",
        description_en="Water on the road",
        keywords="积水 水坑 排水",
    )
    put_service(
        found["0201"],
        actor=actor,
        description_zh="工地扬尘",
        description_en="Dust of a building site",
        keywords="扬尘 工地 灰",
    )
    return found


def _accounts(actor, password):
    from xiuhua.people.actions.accounts import create_user
    from xiuhua.people.actions.assignments import grant
    from xiuhua.people.actions.organisations import load_organisations
    from xiuhua.people.models import Organisation

    crew = {
        "code": "990001-crew",
        "kind": "contractor",
        "name_zh": "示意养护队",
        "name_en": "Sample crew",
        "parent": "990001-water",
    }
    load_organisations("990001", [crew], actor=actor)
    units = {unit.code: unit for unit in Organisation.objects.all()}
    made = {}
    for name, role, district, unit, area in (
        ("dispatcher", "dispatcher", "990001", "990001-gov", ""),
        ("colleague", "dispatcher", "990001", "990001-gov", ""),
        ("lead", "unit_lead", "990001", "990001-water", ""),
        ("handler", "handler", "990001", "990001-crew", ""),
        ("inspector", "inspector", "990001", "", ""),
        ("townhall", "town", "990001", "990001-town0", "990001000"),
        ("other-dispatcher", "dispatcher", "990002", "990002-gov", ""),
    ):
        user = create_user(name, password, actor=actor, display_name=name.title(), organisation=units.get(unit))
        grant(user, role, district_code=district, area_code=area, actor=actor)
        made[name] = user
    return made


def _case(district_code, west, number, text, category, hours, moves, people):
    from xiuhua.casework.actions.engine import perform
    from xiuhua.casework.actions.intake import submit
    from xiuhua.casework.models import Standard
    from xiuhua.casework.submission import Submission
    from xiuhua.city.models import District
    from xiuhua.people.models import Organisation

    at = timezone.now() - timedelta(hours=hours)
    report = submit(
        Submission(
            idempotency_key=f"{district_code}-{number}", district=District.objects.get(code=district_code), source="web",
            lon=west + 0.002 + 0.0011 * number, lat=31.667 + 0.0004 * number, category=category, description=text,
            placed_by="map", answers={"amount": "heap"} if category.code == "0101" else {},
        ),
        at=at,
    )  # fmt: skip
    case = report.case
    known = {
        "STANDARD": lambda: Standard.objects.filter(category=category).first().pk,
        "UNIT": lambda: Organisation.objects.get(code=f"{district_code}-water"),
        "CHECK": lambda: case.checks.last().pk,
    }
    for step, (who, move, given) in enumerate(moves, 1):
        data = {name: known[value]() if value in known else value for name, value in given.items()}
        case = perform(case, move, user=people[who], data=data, at=at + timedelta(minutes=step * min(hours * 5, 10)))
