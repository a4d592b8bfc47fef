"""Cases of another system: each row is taken once or refused with a reason, and nothing is made up."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from xiuhua.casework.actions import importing
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.importing.fields import MappingError, matched
from xiuhua.casework.importing.reading import CaseFile, UnreadableFileError
from xiuhua.casework.models import Case, Report, Step
from xiuhua.city.models import Code, CodeSet
from xiuhua.conf.cli import build
from xiuhua.foundation.models import Event
from xiuhua.people.models import User

HEAD = "案件编号,上报时间,结案时间,截止时间,小类,大类,问题描述,处理结果,地址,经度,纬度\n"
GOOD = [
    "A1,2026-03-02 08:00,2026-03-02 10:00,2026-03-03 08:00,暴露垃圾,市容环境,垃圾 13812345678,已清理,路口,120.05,31.7",
    "A2,2026-03-02T08:00:00+08:00,2026-03-04 10:00,2026/3/3 8:00,暴露垃圾,市容环境,垃圾,已清理,路口,120.15,31.7",
    "A3,2026年3月2日 08:00,,2026-03-03 08:00,路灯不亮,公用设施,路灯,,路口,120.05,31.7",
]


def write(folder, rows, head=HEAD, name="cases.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes((head + "\n".join(rows) + "\n").encode(encoding))
    return path


def run(path, *more, district="990001"):
    return CliRunner().invoke(build(), ["load", "cases", str(path), "--district", district, "--language", "en", *more])


def test_cases_keep_their_times_deadline_end_place_and_category(two_districts, tmp_path):
    done = run(write(tmp_path, GOOD), "--closing", "清理=fixed", "--source", "hotline")
    assert done.exit_code == 0, done.output
    assert "3 rows: 3 new cases (2 closed, 2 overdue)" in done.output
    one, two, three = Case.objects.order_by("id")
    assert (one.number, one.state, one.closing_reason, one.overdue) == ("990001-260302-00001", "closed", "fixed", False)
    assert (one.reported_at, one.closed_at, one.deadline) == (
        datetime(2026, 3, 2, 0, 0, tzinfo=UTC), datetime(2026, 3, 2, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 0, 0, tzinfo=UTC),
    )  # fmt: skip
    assert (one.public_text, one.description, one.public) == ("垃圾 ***", "垃圾 13812345678", False)
    assert (one.town.code, two.town.code) == ("990001001", "990001002")
    assert two.overdue
    assert (three.state, three.closed_at, three.closing_reason, three.state_due) == ("reported", None, "", None)
    assert (one.category.name_zh, one.category.class_zh, str(one.category.code_set)) == (
        "暴露垃圾", "市容环境", "cases-990001@1",
    )  # fmt: skip
    assert list(Step.objects.order_by("case", "number").values_list("case", "number", "move", "reason")) == [
        (one.pk, 1, "report", ""), (one.pk, 2, "close", "已清理"), (two.pk, 1, "report", ""), (two.pk, 2, "close", "已清理"),
        (three.pk, 1, "report", ""),
    ]  # fmt: skip
    assert [one.version, three.version] == [2, 1]
    assert one.steps.first().data["id"] == "A1"
    assert Event.objects.get(chain="cases:990001").after["cases"] == 3


def test_a_case_is_loaded_once_and_a_longer_file_adds_what_is_new(two_districts, tmp_path):
    run(write(tmp_path, GOOD[:2]))
    again = run(write(tmp_path, GOOD))
    assert "1 new cases" in again.output
    assert "2 known already" in again.output
    assert (Case.objects.count(), Report.objects.count()) == (3, 3)
    assert CodeSet.objects.get(key="cases-990001").codes.count() == 2
    other = run(write(tmp_path, [row.replace("120.", "120.2") for row in GOOD]), district="990002")
    assert other.exit_code == 0, other.output
    assert Case.objects.count() == 6


def test_a_later_file_ends_what_it_tells_the_end_of_unless_somebody_acted(two_districts, tmp_path):
    head = "id,opened,closed,deadline,type,outcome,lon,lat\n"
    row = "{},2026-03-02 08:00,{},2026-03-03 08:00,t,{},120.05,31.7".format
    run(write(tmp_path, [row(1, "", ""), row(2, "", ""), row(3, "", "")], head))
    one, two, three = Case.objects.order_by("id")
    perform(
        two.pk,
        "reject",
        actor="t",
        user=User.objects.create(username="root", is_superuser=True),
        data={"reason": "不属实"},
    )
    later = write(
        tmp_path, [row(1, "2026-03-04 08:00", "清理 13812345678"), row(2, "2026-03-04 08:00", ""), row(3, "", "")], head
    )
    for expected in ("1 cases that were open have ended since", "0 new cases"):
        assert expected in run(later, "--closing", "清理=fixed").output
    for case in (one, two, three):
        case.refresh_from_db()
    assert (one.state, one.closing_reason, one.overdue, one.version) == ("closed", "fixed", True, 2)
    assert one.closed_at == one.state_since == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)
    assert list(one.steps.values_list("number", "move", "public_note")) == [(1, "report", ""), (2, "close", "清理 ***")]
    assert (two.state, three.state) == ("rejected", "reported")
    assert list(Event.objects.filter(chain="cases:990001").values_list("after__ended", flat=True)) == [0, 1]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("B1,2026-03-02 08:00,2026-03-02 07:59,,暴露垃圾,,,,,120.05,31.7", "closed"),
        ("B1,2026-03-02 08:00,,,暴露垃圾,,,,,121.5,31.7", "lon"),
        ("B1,2026-03-02 08:00,,,暴露垃圾,,,,,,31.7", "lon"),
        ("B1,2026-03-02 08:00,,,暴露垃圾,,,,,120.05,nan", "lat"),
        ("B1,2026-03-02 08:00,,,暴露垃圾,,,,,0,0", "lon"),
        ("B1,soon,,,暴露垃圾,,,,,120.05,31.7", "opened"),
        ("B1,,,,暴露垃圾,,,,,120.05,31.7", "opened"),
        ("B1,2999-03-02 08:00,,,暴露垃圾,,,,,120.05,31.7", "opened"),
        ("B1,0001-01-01 00:00,,,暴露垃圾,,,,,120.05,31.7", "opened"),
        ("B1,2026-03-02 08:00,2999-03-02 08:00,,暴露垃圾,,,,,120.05,31.7", "closed"),
        ("B1,2026-03-02 08:00,,2026-13-02,暴露垃圾,,,,,120.05,31.7", "deadline"),
        (",2026-03-02 08:00,,,暴露垃圾,,,,,120.05,31.7", "id"),
        ("B1,2026-03-02 08:00,,,,,,,,120.05,31.7", "type"),
        (f"B1,2026-03-02 08:00,,,{'类' * 121},,,,,120.05,31.7", "type"),
        (f"B1,2026-03-02 08:00,,,暴露垃圾,,{'长' * 4001},,,120.05,31.7", "description"),
        ("A1,2026-03-02 08:00,,,暴露垃圾,,,,,120.05,31.7", "id"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_the_others_are_taken(two_districts, tmp_path, row, field):
    rejects = tmp_path / "rejects.csv"
    done = run(write(tmp_path, [*GOOD, row]), "--rejects", str(rejects))
    assert done.exit_code == 3, done.output
    assert Case.objects.count() == 3
    (refused,) = csv.DictReader(io.StringIO(rejects.read_bytes().decode("utf-8-sig"), newline=""))
    assert (refused["xiuhua_row"], refused["xiuhua_field"]) == ("4", field)
    assert refused["xiuhua_rule"]
    assert refused["xiuhua_remedy"]
    assert refused["经度"] == row.rsplit(",", 2)[1]


def test_status_says_what_the_times_leave_open(two_districts, tmp_path):
    head = "id,opened,closed,updated,status,type,lon,lat\n"
    rows = [
        "1,2026-03-02T08:00:22,,2026-03-02T08:00:00,closed,t,120.05,31.7",
        "2,2026-03-02T08:00:22,,2026-03-02T07:59:00,closed,t,120.05,31.7",
        "3,2026-03-02T08:00:22,,2026-03-01T08:00:00,open,t,120.05,31.7",
        "4,2026-03-02T08:00:22,,,closed,t,120.05,31.7",
        "5,2026-03-02T08:00:22,2026-03-03T08:00:22,,open,t,120.05,31.7",
        "6,2026-03-02T08:00:22,,,maybe,t,120.05,31.7",
    ]
    done = run(write(tmp_path, rows, head))
    assert "2 new cases (1 closed" in done.output
    assert [case.state for case in Case.objects.order_by("id")] == ["closed", "reported"]
    first = Case.objects.order_by("id")[0]
    assert first.closed_at == first.reported_at


def test_points_where_everything_lands_are_marked(two_districts, tmp_path):
    head = "id,opened,type,address,lon,lat\n"
    heap = [f"{n},2026-03-02 08:00,t,street {n},120.01,31.61" for n in range(60)]
    busy = [f"b{n},2026-03-02 08:00,t,one square,120.02,31.61" for n in range(60)]
    done = run(write(tmp_path, [*heap, *busy], head))
    assert "60 new cases lie on such a point" in done.output
    assert set(Report.objects.filter(placed_by="default").values_list("lon", flat=True)) == {120.01}
    assert Report.objects.filter(placed_by="default").count() == 60


def test_a_set_that_is_there_is_used_and_does_not_grow(two_districts, tmp_path):
    codes = CodeSet.objects.create(key="events", version="1", kind="event", name_zh="事件")
    waste = Code.objects.create(code_set=codes, code="0101", class_zh="市容环境", name_zh="暴露垃圾")
    done = run(write(tmp_path, GOOD), "--code-set", "events@1")
    assert (done.exit_code, Case.objects.count(), codes.codes.count()) == (3, 2, 1)
    assert set(Case.objects.values_list("category", flat=True)) == {waste.pk}
    assert "no such category" in done.output


def test_json_lines_packed_and_gb18030_are_read(two_districts, tmp_path):
    rows = [{"service_request_id": n, "requested_datetime": "2026-03-02T08:00:00+08:00", "service_name": "t", "status": "open",
             "lat": 31.7, "long": 120.05, "description": None} for n in range(3)]  # fmt: skip
    packed = tmp_path / "cases.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    assert "3 new cases" in run(packed).output
    assert "3 new cases" in run(write(tmp_path, GOOD, encoding="gb18030")).output
    assert Case.objects.filter(category__name_zh="暴露垃圾").count() == 2


def test_columns_are_named_by_hand_or_asked_for(two_districts, tmp_path):
    path = write(tmp_path, ["1,2026-03-02 08:00,t,120.05,31.7"], "key,when,type,lon,lat\n")
    asked = run(path)
    assert asked.exit_code == 1
    assert "--map COLUMN=FIELD" in asked.output
    assert run(path, "--map", "key=id", "--map", "when=opened").exit_code == 0
    for wrong in ("none=id", "key=nothing", "key"):
        assert run(path, "--map", wrong).exit_code != 0
    with pytest.raises(MappingError):
        matched(["id"], {})


@pytest.mark.parametrize("more", [["--zone", "Nowhere"], ["--closing", "x=done"], ["--closing", "(=fixed"], ["--code-set", "x y"],
                                  ["--rejects", "/nowhere/rejects.csv"]])  # fmt: skip
def test_a_wrong_option_changes_nothing(two_districts, tmp_path, more):
    done = run(write(tmp_path, GOOD), *more)
    assert done.exit_code == 1, done.output
    assert done.output.startswith("Error: ")
    assert not Case.objects.exists()
    assert not CodeSet.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"   \n", gzip.compress(HEAD.encode() * 999)[:-20], b'{"id": 1}\n{"id": '], ids=range(4)
)
def test_a_file_that_cannot_be_read_changes_nothing(two_districts, tmp_path, content):
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    done = run(path, *(["--map", "id=type"] if b"{" in content else []))
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not Case.objects.exists()
    with pytest.raises(UnreadableFileError):
        list(CaseFile(tmp_path / "absent.csv"))


def test_a_load_that_dies_keeps_whole_batches_and_goes_on_next_time(two_districts, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = write(tmp_path, GOOD)
    plain = importing._Writer._steps
    calls = []

    def dies(self, pk, case):
        calls.append(pk)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return plain(self, pk, case)

    monkeypatch.setattr(importing._Writer, "_steps", dies)
    assert run(path).exit_code != 0
    assert (Case.objects.count(), Step.objects.count(), Report.objects.count()) == (2, 4, 2)
    monkeypatch.setattr(importing._Writer, "_steps", plain)
    assert "1 new cases" in run(path).output
    assert len(set(Case.objects.values_list("number", flat=True))) == 3
