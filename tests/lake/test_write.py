"""Facts of the rooms in the lake: as they stand, from the watermark on, the same again."""

from datetime import timedelta

import pyarrow as pa
import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from xiuhua.casework.models import Case, Step
from xiuhua.foundation.facts import facts
from xiuhua.lake.actions.write import OVERLAP, write
from xiuhua.lake.asking import QuestionError, ask
from xiuhua.lake.commands import lake
from xiuhua.lake.engines import EngineError, open_engine
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.models import Watermark
from xiuhua.lake.partitions import files
from xiuhua.lake.queries import data_until, standing

pytestmark = pytest.mark.django_db


def rows(name):
    with open_engine() as engine:
        return engine.run(engine.table(name)).to_pylist()


def test_the_lake_holds_what_the_tables_hold(desks):
    for desk in desks:
        desk.at_state("closed")
        desk.at_state("handling")
    done = {one.fact: one for one in write()}
    assert {"case", "step", "check", "party"} <= done.keys()
    assert len(rows("case")) == Case.objects.count() == done["case"].rows
    assert len(rows("step")) == Step.objects.count()
    assert {row["district"] for row in rows("case")} == {desk.district.code for desk in desks}
    assert rows("party") == []


def test_a_case_that_went_on_replaces_its_row_and_nothing_else_is_read(desk, monkeypatch):
    first, second = desk.at_state("handling"), desk.at_state("handling")
    write()
    later = timezone.now() + 3 * OVERLAP
    Case.objects.filter(pk=second.pk).update(changed_at=later, state="handed_back")
    Watermark.objects.update(until=later - timedelta(minutes=1))
    done = {one.fact: one for one in write(now=later + timedelta(seconds=1))}
    assert done["case"].rows == 1
    states = {row["case"]: row["state"] for row in rows("case")}
    assert states == {first.number: "handling", second.number: "handed_back"}


def test_what_was_committed_late_is_still_found(desk):
    case = desk.at_state("handling")
    now = timezone.now()
    write(now=now)
    Case.objects.filter(pk=case.pk).update(changed_at=now - OVERLAP / 2, state="handed_back")
    write(now=now + timedelta(minutes=1))
    assert [row["state"] for row in rows("case")] == ["handed_back"]


def test_writing_again_changes_nothing(desk):
    desk.at_state("closed")
    write()
    before = rows("case"), rows("step")
    write()
    write(anew=True)
    assert (rows("case"), rows("step")) == before


def test_a_fact_whose_columns_changed_is_written_from_the_beginning(desk):
    desk.at_state("handling")
    write(now=timezone.now() + timedelta(days=1))
    Watermark.objects.filter(fact="case").update(schema_digest="of other columns")
    done = {one.fact: one for one in write(now=timezone.now() + timedelta(days=2))}
    assert done["case"].rows == 1
    assert done["step"].rows == 0


def test_an_unknown_fact_and_an_unknown_engine_are_named(lake_folder):
    with pytest.raises(LookupError, match="known are"):
        write(["cases"])
    with pytest.raises(LookupError, match="no fact cases"):
        layout_of("cases")
    with pytest.raises(EngineError, match="duckdb or spark"), open_engine("oracle"):
        pass


def test_a_fact_that_was_never_written_is_empty_and_has_its_columns(lake_folder):
    with open_engine() as engine:
        table = engine.table("case")
        answer = engine.run(table.group_by("state").aggregate(n=table.count()))
    assert answer.num_rows == 0
    assert ask("SELECT * FROM step").schema.names == facts()["step"].schema.names


def test_the_columns_of_a_fact_are_its_own_and_not_what_its_folders_are_called(desk):
    desk.at_state("handling")
    write()
    with open_engine() as engine:
        assert list(engine.table("case").columns) == facts()["case"].schema.names


def test_days_choose_partitions(desk):
    desk.at_state("handling")
    write()
    with open_engine() as engine:
        day = files(layout_of("case"))[0].parent.name
        assert day == "month=2026-03"
        assert len(engine.run(engine.table("case", until=Case.objects.get().reported_at.date()))) == 1
        assert (
            len(engine.run(engine.table("case", since=Case.objects.get().reported_at.date() + timedelta(days=40)))) == 0
        )


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM step", "only one SELECT"),
        ("SELECT 1; SELECT 2", "only one SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled|not allowed|Permission"),
        ("COPY (SELECT 1) TO '/tmp/out-of-the-lake.csv'", "only one SELECT"),
        ("SET enable_external_access = true", "only one SELECT"),
        ("SELECT nothing FROM step", "nothing"),
        ("SELEC", "syntax"),
    ],
)
def test_a_question_that_is_none_is_refused(lake_folder, sql, said):
    with pytest.raises(QuestionError, match=said):
        ask(sql)


def test_the_commands_write_look_and_ask(desk, tmp_path):
    desk.at_state("closed")
    run = CliRunner().invoke
    with translation.override("en"):
        assert "case: 1 rows" in run(lake, ["write"]).output
    assert "case" in run(lake, ["status"]).output
    answer = run(lake, ["query", 'SELECT state, count(*) AS n FROM "case" GROUP BY state'])
    assert "closed" in answer.output
    assert answer.exit_code == 0
    for name in ("a.parquet", "a.csv"):
        assert run(lake, ["query", "SELECT * FROM step", "--out", str(tmp_path / name)]).exit_code == 0
        assert (tmp_path / name).stat().st_size > 100
    assert run(lake, ["query", "SELECT 1", "--out", str(tmp_path / "a.doc")]).exit_code == 1
    assert run(lake, ["query", "DROP VIEW step"]).exit_code == 1
    assert run(lake, ["write", "--fact", "nothing"]).exit_code == 1


def test_how_far_the_data_reach(desk):
    desk.at_state("handling")
    assert data_until(["case"]) is None
    now = timezone.now()
    write(["case"], now=now)
    assert data_until(["case"]) == now
    assert data_until(["case", "step"]) is None
    assert {one.fact: one.rows for one in standing()}["case"] == 1


def test_files_open_in_other_programs_as_they_are(desk):
    desk.at_state("closed")
    write()
    path = files(layout_of("case"))[0]
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(path)
    assert str(frame["reported_at"].dtype) == "datetime64[us, UTC]"
    assert pa.parquet.read_schema(path).field("case").metadata[b"doc"]
