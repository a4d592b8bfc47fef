"""Who hears of a check."""

from xiuhua.inspection.actions import heard


def test_each_listener_hears_of_a_check_once_in_order(monkeypatch):
    monkeypatch.setattr(heard, "_listeners", [])
    said = []
    first, second = (lambda check: said.append(("first", check))), (lambda check: said.append(("second", check)))
    for listener in (first, second, first):
        heard.listen(listener)
    heard.tell("check")
    assert said == [("first", "check"), ("second", "check")]
