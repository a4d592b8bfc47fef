"""Who follows a case hears of it, in their language and by their ways; nothing that is not public ever leaves."""

import hashlib
import hmac
import json
import smtplib
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import translation

from casework.conftest import MONDAY
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.following import leave
from xiuhua.casework.actions.intake import Submission, join, submit
from xiuhua.casework.models import Case, Follower
from xiuhua.casework.public_history import history
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.actions.outbox import Delivered, deliver_due
from xiuhua.foundation.adapters import resolve
from xiuhua.foundation.models import OutboxDelivery, OutboxMessage
from xiuhua.people.models import Organisation

LATER = timedelta(days=300)
SECRET_REASON = "内部意见不外传"


@pytest.fixture(autouse=True)
def outside(settings):
    settings.MAIL_HOST = "mail.example.org"
    settings.XIUHUA_BASE_URL = "https://city.example.org/"
    settings.XIUHUA_UNIT_MAIL = True
    settings.XIUHUA_GATEWAYS = {}


@pytest.fixture
def report(desk):
    """A report of somebody who left an e-mail address and a number, told in English."""
    given = Submission(
        "k", desk.district, "web", 120.05, 31.7, desk.category, "13812345678 家门口有垃圾", address="3号楼402室",
        contact_name="张先生", contact_email="one@example.org", contact_phone="13900000000", language="en",
    )  # fmt: skip
    return submit(given, at=MONDAY)


def sent():
    """Send what is due. Returns the mails by receiver and subject."""
    mail.outbox.clear()
    deliver_due(MONDAY + LATER)
    return list(mail.outbox)


def ran(desk, case, *moves):
    """Let a case go through moves, each with a reason that is nobody's business."""
    for move, who, data in moves:
        case = desk.make(case, move, who, **{"reason": SECRET_REASON, **desk.fill(case, data)})
    return case


TO_HANDED_BACK = [
    ("file", "dispatcher", {"standard": "STANDARD"}),
    ("dispatch", "dispatcher", {"unit": "clean"}),
    ("assign", "lead", {"handler": "HANDLER"}),
    ("hand_back", "handler", {"public_note": "已清理，请致电 13812345678"}),
]
TO_CLOSED = [*TO_HANDED_BACK, ("ask_check", "", {}), ("pass", "near", {"check": "CHECK"}), ("close", "", {})]


def test_the_reporter_hears_of_each_step_that_matters(desk, report):
    ran(desk, report.case, *TO_CLOSED)
    told = OutboxDelivery.objects.order_by("message_id").values_list("target", "message__topic")
    target = f"case-mail:{Follower.objects.get().pk}"
    moves = ("report", "file", "dispatch", "hand_back", "close")
    assert list(told) == [(target, f"case.{move}") for move in moves]
    subjects = [each.subject for each in sent()]
    assert len(subjects) == len(set(subjects)) == 5
    assert all(subject.startswith(f"Case {report.case.number}: ") for subject in subjects)
    assert "clean" in subjects[2]
    assert sent() == []


def test_a_mail_says_what_it_is_about_where_to_look_and_how_to_stop(desk, report):
    ran(desk, report.case, *TO_CLOSED)
    last = sent()[-1]
    link = f"https://city.example.org/follow/{report.token}/"
    assert last.to == ["one@example.org"]
    for words in (report.case.number, desk.category.name_zh, link, f"{link}#messages", "object", "2026-03-02 08:00"):
        assert words in last.body
    assert last.extra_headers["List-Unsubscribe"] == f"<{link}#messages>"
    assert last.extra_headers["Auto-Submitted"] == "auto-generated"


def test_nothing_that_is_not_public_leaves(desk, report, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.XIUHUA_GATEWAYS = {"sms": {"kind": "file", "url": "", "secret": ""}}
    Organisation.objects.filter(pk=desk.units["clean"].pk).update(email="clean@example.org")
    join(report.case, email="two@example.org", at=MONDAY)
    case = ran(desk, report.case, *TO_CLOSED)
    desk.make(case, "reopen", reason=SECRET_REASON)
    written = sent()
    lines = "".join(path.read_text() for path in tmp_path.rglob("*.jsonl"))
    assert len(written) > 8
    assert lines.count("\n") == 5
    whole = lines + "".join(str(each.message()) + each.subject + each.body for each in written)
    names = [user.username for user in desk.people.values()]
    for secret in (SECRET_REASON, "13812345678", "张先生", "402室", "家门口", *names):
        assert secret not in whole
    assert "已清理，请致电 ***" in whole
    for each in written:
        if each.to == ["two@example.org"]:
            assert "one@example.org" not in each.body
            assert report.token not in each.body


def test_each_follower_is_told_in_their_language(desk, report):
    join(report.case, email="zwei@example.org", language="zh-hans", at=MONDAY)
    ran(desk, report.case, *TO_HANDED_BACK[:2])
    by_receiver = {each.to[0]: each for each in sent()}
    assert "clean" in by_receiver["one@example.org"].subject
    assert "局" not in by_receiver["one@example.org"].subject
    assert "clean局" in by_receiver["zwei@example.org"].subject
    assert "查看办理过程" in by_receiver["zwei@example.org"].body


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([("reject", "dispatcher", {"public_note": "不在本区"})], "不在本区"),
        ([*TO_HANDED_BACK[:2], ("suspend", "dispatcher", {"until": "LATER"})], ""),
        ([*TO_HANDED_BACK[:2], ("redispatch", "dispatcher", {"unit": "water"})], "water"),
        ([*TO_HANDED_BACK[:2], ("note", "lead", {"public_note": "明天处理"})], "明天处理"),
        ([*TO_HANDED_BACK, ("rework", "dispatcher", {})], "clean"),
        ([*TO_HANDED_BACK, ("close_unfixed", "dispatcher", {"closing_reason": "not_ours"})], "Not of this district"),
        ([*TO_CLOSED, ("reopen", "", {})], ""),
    ],
)
def test_the_turns_of_a_case_are_told(desk, report, moves, told):
    case = ran(desk, report.case, *moves)
    last = sent()[-1]
    assert last.extra_headers["Message-ID"]
    assert told in last.body
    assert OutboxMessage.objects.get(key=f"{case.number}#{case.version}").topic == f"case.{moves[-1][0]}"
    with translation.override("en"):
        assert last.subject.endswith(history([case.steps.get(number=case.version)])[0].words)


@pytest.mark.parametrize(
    "moves",
    [
        [*TO_HANDED_BACK[:2], ("note", "lead", {})],
        [*TO_HANDED_BACK[:2], ("ask_extension", "lead", {})],
        [("check_filing", "dispatcher", {})],
        [("mark_hard", "dispatcher", {})],
        [("remind", "dispatcher", {})],
        [("file", "", {"standard": "STANDARD"})],
    ],
)
def test_what_the_public_need_not_hear_is_not_told(desk, report, moves):
    case = ran(desk, report.case, *moves[:-1])
    assert sent()
    ran(desk, case, moves[-1])
    assert sent() == []


def test_who_reported_a_case_that_is_joined_hears_so_and_then_of_the_other(desk, report):
    other = desk.case()
    sent()
    ran(desk, report.case, ("merge", "dispatcher", {"master": other.number}))
    (told,) = sent()
    assert told.subject.startswith(f"Case {report.case.number}: ")
    assert other.number in told.subject
    other = Case.objects.get(pk=other.pk)
    ran(desk, other, *TO_HANDED_BACK[:2])
    last = sent()[-1]
    assert last.subject.startswith(f"Case {other.number}: ")
    assert f"Your report {report.case.number} was joined with it." in last.body
    assert report.token in last.body


def test_who_left_hears_nothing_even_of_what_waits(desk, report):
    ran(desk, report.case, *TO_HANDED_BACK[:2])
    leave(Follower.objects.get(token=report.token))
    assert sent() == []
    assert not OutboxDelivery.objects.exclude(state=OutboxDelivery.State.DONE).exists()


def test_an_address_that_changed_is_where_it_goes(desk, report):
    Follower.objects.filter(token=report.token).update(email="new@example.org")
    assert [each.to for each in sent()] == [["new@example.org"]]


def test_without_a_mail_server_nothing_waits(desk, settings, report):
    OutboxDelivery.objects.all().delete()
    OutboxMessage.objects.all().delete()
    settings.MAIL_HOST = ""
    ran(desk, report.case, *TO_HANDED_BACK[:2])
    assert not OutboxMessage.objects.exists()


def test_who_works_here_is_not_told_of_their_own_cases(desk):
    for name in ("near", "resident"):
        desk.people[name].email = f"{name}@example.org"
        desk.people[name].save()
        given = Submission(name, desk.district, "api", 120.05, 31.7, desk.category, "垃圾")
        submit(given, user=desk.people[name], at=MONDAY)
    assert [each.to for each in sent()] == [["resident@example.org"]]


def test_sending_again_is_the_same_mail(desk, report):
    first = sent()[0]
    OutboxDelivery.objects.update(state=OutboxDelivery.State.WAITING)
    second = sent()[0]
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    ran(desk, report.case, *TO_HANDED_BACK[:2])
    assert len({each.extra_headers["Message-ID"] for each in [first, *sent()]}) == 3


@pytest.mark.parametrize(("code", "expected"), [(550, Delivered(dead=1)), (450, Delivered(failed=1))])
def test_a_mail_server_that_refuses_for_good_is_not_asked_again(report, monkeypatch, code, expected):
    def refuse(_self):
        raise smtplib.SMTPRecipientsRefused({"one@example.org": (code, b"no")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    assert deliver_due(MONDAY + LATER) == expected


@pytest.mark.parametrize(
    "target", ["case-mail:", "case-mail:x", "case-sms:-1", "case-unit:１２", "case-mail:" + "9" * 30]
)
def test_an_address_is_an_id(target):
    with pytest.raises(ValueError):
        resolve(target)


def test_a_message_of_nobody_and_nothing_is_done_with(desk, report):
    OutboxDelivery.objects.update(target="case-mail:999999")
    assert deliver_due(MONDAY + LATER) == Delivered(done=1)
    OutboxMessage.objects.update(payload={})
    OutboxDelivery.objects.update(state=OutboxDelivery.State.WAITING, target=f"case-mail:{Follower.objects.get().pk}")
    assert deliver_due(MONDAY + LATER) == Delivered(done=1)
    assert mail.outbox == []


# -- gateways ------------------------------------------------------------------------------------------------------


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway(settings):
    """A gateway of another system, for SMS."""
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answer = [], 202
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/sms?tenant=1"
    settings.XIUHUA_GATEWAYS = {"sms": {"kind": "http", "url": url, "secret": "s3cret"}}
    settings.MAIL_HOST = ""
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_signed_json_once(gateway, desk, report):
    assert deliver_due(MONDAY + LATER) == Delivered(done=1)
    ((headers, body),) = gateway.got
    expected = hmac.new(b"s3cret", headers["Xiuhua-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Xiuhua-Signature"] == f"sha256={expected}"
    told = json.loads(body)
    assert headers["Idempotency-Key"] == told["id"] == f"{report.case.number}#1:{Follower.objects.get().pk}"
    assert (told["channel"], told["to"], told["language"], told["template"]) == (
        "sms",
        "13900000000",
        "en",
        "case.report",
    )
    assert told["link"] == f"https://city.example.org/follow/{report.token}/"
    assert told["text"] == f"Case {report.case.number}: {told['params']['words']}\n{told['link']}"
    assert set(told["params"]) == {"words", "note", "state", "district"}


@pytest.mark.parametrize(
    ("answer", "expected"), [(400, Delivered(dead=1)), (500, Delivered(failed=1)), (429, Delivered(failed=1))]
)
def test_what_the_gateway_answers_decides(gateway, report, answer, expected):
    gateway.answer = answer
    assert deliver_due(MONDAY + LATER) == expected
    assert "said" in OutboxDelivery.objects.get().last_error


def test_a_gateway_that_is_gone_is_asked_again(gateway, report, settings):
    settings.XIUHUA_GATEWAYS["sms"]["url"] = "http://127.0.0.1:9/"
    assert deliver_due(MONDAY + LATER) == Delivered(failed=1)


def test_a_gateway_that_was_switched_off_gives_up(gateway, report, settings):
    settings.XIUHUA_GATEWAYS = {}
    assert deliver_due(MONDAY + LATER) == Delivered(dead=1)


def test_files_are_for_systems_that_fetch_them(desk, settings, tmp_path, report):
    settings.DATA_DIR, settings.MAIL_HOST = tmp_path, ""
    settings.XIUHUA_GATEWAYS = {name: {"kind": "file", "url": "", "secret": ""} for name in ("sms", "wechat")}
    ran(desk, report.case, *TO_HANDED_BACK)
    deliver_due(MONDAY + LATER)
    for name in ("sms", "wechat"):
        (path,) = (tmp_path / "outbox" / name).iterdir()
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [row["template"] for row in rows] == ["case.file", "case.dispatch", "case.hand_back"]
        assert {row["channel"] for row in rows} == {name}
        assert rows[-1]["params"]["note"] == "已清理，请致电 ***"


# -- units ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def unit(desk):
    Organisation.objects.filter(pk=desk.units["clean"].pk).update(email="clean@example.org")
    Organisation.objects.filter(pk=desk.units["water"].pk).update(email="water@example.org")
    return desk.units["clean"]


def test_a_unit_hears_of_a_case_that_is_given_to_it(desk, unit):
    case = desk.at_state("dispatched")
    (told,) = sent()
    assert told.to == ["clean@example.org"]
    assert told.subject == f"新派遣案件：{case.number}，暴露垃圾"
    assert f"https://city.example.org/cases/{case.number}/" in told.body
    assert "处置期限：2026-03-03 08:02" in told.body
    assert "List-Unsubscribe" not in told.extra_headers
    assert case.description not in told.body


def test_a_unit_hears_of_reminders_parts_and_what_comes_back(desk, unit):
    case = desk.at_state("dispatched")
    case = desk.make(case, "join", "dispatcher", unit="water", task="排水", limit="4", limit_unit="work_hour")
    case = desk.make(case, "remind", "dispatcher", reason=SECRET_REASON)
    case = desk.make(case, "party_done", "water", reason="已排水")
    case = desk.make(case, "hand_back", "lead", reason="已清运")
    desk.make(case, "rework", "dispatcher", reason=SECRET_REASON)
    told = [(each.to[0], each.subject.split("：")[0]) for each in sent()]
    assert told == [
        ("clean@example.org", "新派遣案件"),
        ("water@example.org", "请协同处置案件"),
        ("clean@example.org", "催办"),
        ("clean@example.org", "未解决，请继续处置"),
    ]


def test_a_reminder_to_the_desk_is_not_for_the_unit(desk, unit):
    case = desk.at_state("reported")
    desk.make(case, "remind", reason="超时")
    assert sent() == []


def test_units_without_an_address_or_where_it_is_switched_off_hear_nothing(desk, settings, unit):
    settings.XIUHUA_UNIT_MAIL = False
    desk.at_state("dispatched")
    settings.XIUHUA_UNIT_MAIL = True
    Organisation.objects.update(email="")
    desk.at_state("dispatched")
    assert not OutboxMessage.objects.exists()


def test_a_unit_that_lost_its_address_meanwhile_is_done_with(desk, unit):
    desk.at_state("dispatched")
    Organisation.objects.update(email="")
    assert sent() == []


def test_a_move_that_fails_tells_nobody(desk, report):
    sent()
    with pytest.raises(Refused):
        perform(report.case, "reject", user=desk.people["dispatcher"], data={})
    assert sent() == []
