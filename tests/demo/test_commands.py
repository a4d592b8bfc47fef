"""The command: what it refuses and what it reuses. Serving itself is tried in test_serving."""

import pytest
from click.testing import CliRunner

from xiuhua.city.models import District
from xiuhua.demo import load as demo_load
from xiuhua.demo.commands import demo
from xiuhua.demo.note import read_note
from xiuhua.people.models import User


@pytest.fixture
def folder(db, drawing, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("XIUHUA_DATA_DIR", str(tmp_path))
    drawn = []

    def load_the_district_alone(*_):
        return District.objects.get_or_create(code="320299", name_zh="示意区", synthetic=True)[0]

    monkeypatch.setattr(demo_load, "load_drawing", load_the_district_alone)
    monkeypatch.setattr(demo_load, "furnish", lambda *_: None)
    monkeypatch.setattr(demo_load, "work", lambda *_: None)
    monkeypatch.setattr(demo_load, "draw", lambda scale, seed: drawn.append((scale, seed)) or drawing)
    return drawn


def run(*arguments):
    return CliRunner().invoke(demo, ["--no-serve", *arguments])


def test_second_start_reuses_what_is_there(folder):
    first = run("--scale", "tiny", "--seed", "1")
    assert first.exit_code == 0, first.output
    note = read_note()
    assert note.complete
    assert not note.shown
    assert run().exit_code == 0
    assert run("--scale", "tiny").exit_code == 0
    assert folder == [("tiny", 1)]
    assert read_note() == note


def test_another_scale_or_seed_is_refused_with_the_way_out(folder):
    run("--scale", "tiny")
    refused = run("--seed", "7")
    assert refused.exit_code == 2
    assert "scale tiny with seed 1" in refused.output
    assert "--fresh" in refused.output


def test_an_interrupted_start_is_finished_by_the_next(folder, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(demo_load, "make_accounts", broken)
        assert isinstance(run("--scale", "tiny").exception, RuntimeError)
    begun = read_note()
    assert not begun.complete
    assert run().exit_code == 0
    assert read_note().complete
    assert read_note().password == begun.password
    assert User.objects.get(username="leader").check_password(begun.password)


def test_fresh_touches_only_a_database_in_the_data_folder(folder):
    run("--scale", "tiny")
    refused = run("--fresh")
    assert refused.exit_code == 2
    assert "--fresh removes only" in refused.output
    assert District.objects.exists()


def test_never_beside_real_data(folder):
    District.objects.create(code="320206", name_zh="真实区")
    refused = run("--scale", "tiny")
    assert refused.exit_code == 2
    assert "真实区" in refused.output
    assert "--data-dir" in refused.output
    assert folder == []
    assert not User.objects.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "city.example"])
def test_other_machines_only_when_one_says_so(host):
    refused = CliRunner().invoke(demo, ["--host", host])
    assert refused.exit_code == 2
    assert "--i-know" in refused.output
