"""The workbook of a bulletin as tables: the headings in Chinese and English, the cells as numbers, days and texts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import override

from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.cells import revised_text
from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.document import Edition, document
from xiuhua.taskbook.bulletin.figures import Figure
from xiuhua.taskbook.bulletin.words import BANDS, INTERVALS, LIGHTS, REASONS, STATES, word

# How a cell is written: text, number in the unit of its row, count, instant, day, address.
TEXT, NUMBER, COUNT, INSTANT, DAY, LINK = "text", "number", "count", "instant", "day", "link"


@dataclass(frozen=True)
class Column:
    """A heading in both languages, how its cells are written, how wide it is (characters)."""

    zh: str
    en: str
    form: str = TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet; where ``unit`` names a column, the numbers of a row are in its unit."""

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    unit: int | None = None


_FIGURE = (
    Column("编号", "No.", width=7), Column("名称", "What it is", width=34), Column("英文名称", "In English", width=34),
    Column("单位", "Unit", width=6), Column("数值", "Value", NUMBER), Column("下限", "Low", NUMBER),
    Column("上限", "High", NUMBER), Column("分子", "Numerator", COUNT), Column("分母", "Denominator", COUNT),
    Column("样本量", "n", COUNT, 10), Column("有效样本量", "n effective", COUNT, 12),
    Column("区间方法或无区间的原因", "Interval, or why there is none", width=34),
    Column("公式版本", "Formula version"), Column("数据截至", "Data until", INSTANT, 17),
    Column("来源行", "Key", width=38), Column("说明页地址", "Where it is explained", LINK, 60),
)  # fmt: skip
_SUMMARY = (Column("项目", "Item", width=34), Column("内容", "Content", width=90))
_UNIT = 3


def sheets(contents: Contents, edition: Edition) -> list[Sheet]:
    """Every sheet in order. Words are Chinese, headings in both languages."""
    with override("zh-hans"):
        zone = ZoneInfo(contents.district.time_zone)
        by_kind = {kind: _figures(contents, kind, zone) for kind in ("value", "chance", "expected", "target")}
        return [
            Sheet("摘要 Summary", _SUMMARY, _summary(contents, edition)),
            Sheet("全部数字 Figures", _FIGURE, [_row(each, zone) for each in contents.figures], _UNIT),
            Sheet("指标值 Values", _FIGURE, by_kind["value"], _UNIT),
            Sheet("目标 Goals", *_goals(contents)),
            Sheet("得分 Scores", *_scores(contents)),
            Sheet("得分构成 Score parts", *_parts(contents)),
            Sheet("预测 Forecasts", _FIGURE, by_kind["target"] + by_kind["expected"] + by_kind["chance"], _UNIT),
            Sheet("承诺 Commitments", *_promises(contents)),
            Sheet("项目 Projects", *_paces(contents)),
            Sheet("更正 Revisions", *_changes(contents, zone)),
            Sheet("说明 Notes", (Column("如何阅读", "How to read", width=120),), _notes(contents, edition)),
        ]  # fmt: skip


def _row(figure: Figure, zone: ZoneInfo) -> tuple[Any, ...]:
    why = word(INTERVALS, figure.interval) if figure.interval else word(REASONS, figure.reason)
    return (
        figure.number, figure.zh, figure.en, figure.unit, figure.value, figure.low, figure.high, figure.numerator,
        figure.denominator, figure.n, figure.n_eff, why, figure.version, _clock(figure.data_until, zone), figure.key,
        addresses.whole(figure.address),
    )  # fmt: skip


def _clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The instant on the clock of the district, without zone, as spreadsheets keep it."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def _figures(contents: Contents, kind: str, zone: ZoneInfo) -> list[tuple[Any, ...]]:
    return [_row(each, zone) for each in contents.figures if each.key.startswith(f"{kind}:")]


def _summary(contents: Contents, edition: Edition) -> list[tuple[Any, ...]]:
    tree = document(contents, edition, "zh-hans")
    rows: list[tuple[Any, ...]] = [
        ("标题 Title", tree["title"]),
        ("区县 District", f"{contents.district.name} {contents.district.code}"),
    ]
    rows += [("月份 Month", tree["month"]), ("版次 Edition", tree["edition"]), ("状态 State", tree["status"])]
    if tree["synthetic"]:
        rows.append(("数据性质 Nature of the data", tree["synthetic"]))
    counted = [each for each in contents.figures if each.key.startswith(("lights:", "commitments:"))]
    rows += [(f"{each.zh}（{each.number}）", each.value) for each in counted]
    rows += [("更正 Revisions", len(contents.changes)), ("数字总数 Figures", len(contents.figures))]
    return [*rows, ("本期地址 Address", tree["trace"])]


def _goals(contents: Contents) -> tuple[tuple[Column, ...], list[tuple[Any, ...]], int]:
    columns = (
        Column("任务书", "Book"), Column("目标", "Goal", width=40), Column("类别", "Class"),
        Column("牵头单位", "Lead unit", width=24), Column("单位", "Unit", width=6),
        Column("数值编号", "No. of the value", width=10),
        Column("本月值", "This month", NUMBER), Column("下限", "Low", NUMBER), Column("上限", "High", NUMBER),
        Column("目标年", "Year", COUNT, 8), Column("目标值", "Target", NUMBER), Column("年末预测", "Expected", NUMBER),
        Column("达标概率 %", "P, %", COUNT), Column("灯", "Light", width=16), Column("灰灯原因", "Why grey", width=24),
    )  # fmt: skip
    rows = []
    for line in contents.goals:
        value, any_figure = line.value, line.value or line.target
        rows.append(
            (
                line.book, line.name.zh, line.group.zh, line.lead.zh if line.lead else "无牵头单位",
                any_figure.unit if any_figure else "", value.number if value else "", value.value if value else None,
                value.low if value else None, value.high if value else None, line.year,
                line.target.value if line.target else None, line.expected.value if line.expected else None,
                line.chance.value if line.chance else None, word(LIGHTS, line.light),
                word(REASONS, line.reason) if line.reason else "",
            )
        )  # fmt: skip
    return columns, rows, 4


def _scores(contents: Contents) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("编号", "No.", width=7), Column("任务书", "Book"), Column("范围", "Scope"), Column("代码", "Code"),
        Column("名称", "Name", width=24), Column("得分", "Points", NUMBER), Column("满分", "Full", NUMBER),
        Column("下限", "Low", NUMBER), Column("上限", "High", NUMBER), Column("名次不优于", "Best place", COUNT),
        Column("名次不劣于", "Worst place", COUNT), Column("档次", "Band"), Column("规则版本", "Rule version"),
        Column("说明页地址", "Where it is explained", LINK, 60),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            each.points.number, ranking.book, ranking.scope, each.code, each.name.zh, each.points.value,
            each.points.denominator, each.points.low, each.points.high, each.ranks.low if each.ranks else None,
            each.ranks.high if each.ranks else None, word(BANDS, each.band), each.points.version,
            addresses.whole(each.points.address),
        )
        for ranking in contents.rankings
        for each in ranking.groups
    ]  # fmt: skip
    return columns, rows


_PART = ("goal", "indicator", "unit", "value", "low", "high", "numerator", "denominator", "n", "points", "full")


def _parts(contents: Contents) -> tuple[tuple[Column, ...], list[tuple[Any, ...]], int]:
    columns = (
        Column("得分编号", "No. of the score", width=10), Column("名称", "Name", width=24),
        Column("目标", "Goal", width=24), Column("指标", "Indicator", width=24), Column("单位", "Unit", width=6),
        Column("数值", "Value", NUMBER), Column("下限", "Low", NUMBER), Column("上限", "High", NUMBER),
        Column("分子", "Numerator", COUNT), Column("分母", "Denominator", COUNT), Column("样本量", "n", COUNT, 10),
        Column("得分", "Points", COUNT), Column("满分", "Full", COUNT), Column("计算过程", "Calculation", width=80),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (each.points.number, each.name.zh, *(part.get(name) for name in _PART), part.get("sentence_zh", ""))
        for ranking in contents.rankings
        for each in ranking.groups
        for part in each.parts
    ]
    return columns, rows, 4


def _promises(contents: Contents) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("目标", "Goal", width=34), Column("措施", "Measure", width=60),
        Column("责任单位", "Unit", width=24),
        Column("首次到期", "First due", DAY), Column("到期", "Due", DAY), Column("完成日期", "Done on", DAY),
        Column("状态", "State", width=10), Column("逾期天数", "Days late", COUNT),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            each.goal.zh, each.measure, each.unit.zh, each.first_due, each.due, each.done_on, word(STATES, each.state),
            each.days,
        )
        for each in contents.ledger.promises
    ]  # fmt: skip
    return columns, rows


def _paces(contents: Contents) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("编号", "No.", width=7), Column("任务书", "Book"), Column("类别", "Kind", width=34),
        Column("已完成", "Finished", COUNT), Column("总数", "All", COUNT),
        Column("节点编号", "No. of milestones", width=10),
        Column("到期节点已完成", "Milestones done of those due", COUNT, 18),
        Column("到期节点", "Milestones due", COUNT),
        Column("全部节点", "All milestones", COUNT),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            each.finished.number, each.book, each.name.zh, each.finished.numerator, each.finished.denominator,
            each.steps.number, each.steps.numerator, each.steps.denominator, each.all_steps,
        )
        for each in contents.paces
    ]  # fmt: skip
    return columns, rows


def _changes(contents: Contents, zone: ZoneInfo) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    columns = (
        Column("月份", "Month", DAY), Column("对象", "Subject"), Column("键", "Key", width=24), Column("范围", "Scope"),
        Column("代码", "Code"), Column("名称", "Name", width=34), Column("已公布", "Published", width=18),
        Column("现知", "Now known", width=18), Column("原因", "Reason", width=60), Column("时间", "At", INSTANT, 17),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            each.month, each.subject, each.key, each.scope, each.code, f"{each.group.zh} {each.name.zh}",
            revised_text(each.before, each.unit), revised_text(each.after, each.unit), each.reason,
            _clock(each.at, zone),
        )
        for each in contents.changes
    ]  # fmt: skip
    return columns, rows


def _notes(contents: Contents, edition: Edition) -> list[tuple[Any, ...]]:
    chinese = document(contents, edition, "zh-hans")["notes"]
    return [(line,) for line in [*chinese, *document(contents, edition, "en")["notes"]]]
