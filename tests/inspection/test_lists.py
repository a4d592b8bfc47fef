"""Red and black lists: two looks by different people, secret until published, frozen afterwards, corrected in the open."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.conftest import desk, desks, person  # noqa: F401 - fixtures
from inspection.campaign_town import NOW, photo
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.lists import (
    PlaceGiven,
    correct,
    decide,
    look_at,
    open_round,
    propose,
    publish_round,
    said,
)
from xiuhua.inspection.list_queries import list_sight, my_looks, rounds, shown, waiting
from xiuhua.inspection.list_rules import lacking, seal
from xiuhua.inspection.models import ListLook, ListPlace, ListRound

pytestmark = pytest.mark.django_db
END = datetime(2026, 3, 31, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def jury(desk):  # noqa: F811
    """The people of the desk and two experts."""
    return {**desk.people, "other": person(desk.district, "other", "expert")}


def opened(desk, **more):  # noqa: F811
    own = {
        "key": "parks-2026-q1", "name_zh": "公园养护红黑榜", "name_en": "Parks", "kind": "公园绿地养护", "rule": "满分一百分",
        "begins": date(2026, 1, 1), "ends": date(2026, 3, 31), "actor": "t", "at": NOW,
    }  # fmt: skip
    return open_round(desk.district, **{**own, **more})


def proposed(desk, round_, name="梅园", colour="red"):  # noqa: F811
    return propose(round_, PlaceGiven(name, colour, unit=desk.units["clean"]), actor="t", at=NOW)


def looked(place, jury, expert=92.0, secret=88.5):
    look_at(place, "expert", score=expert, actor=jury["expert"], note="整洁", at=NOW)
    return look_at(place, "secret", score=secret, actor=jury["other"], note="角落有落叶", at=NOW + timedelta(days=3))


def test_a_place_is_named_after_both_looks_and_for_a_reason(desk, jury):  # noqa: F811
    place = proposed(desk, opened(desk))
    with pytest.raises(Refused, match="there is no Expert visit, Secret re-check"):
        decide(place, "red", reason="好", actor=jury["assessor"], at=NOW)
    look_at(place, "expert", score=92, actor=jury["expert"], at=NOW)
    with pytest.raises(Refused, match="there is no Secret re-check"):
        decide(place, "black", reason="差", actor=jury["assessor"], at=NOW)
    assert decide(place, "", reason="暗访未完成", actor=jury["assessor"], at=NOW).decided == ""
    look_at(place, "secret", score=88.5, actor=jury["other"], at=NOW)
    with pytest.raises(Refused, match="a reason"):
        decide(place, "red", reason=" ", actor=jury["assessor"], at=NOW)
    assert decide(place, "red", reason="两次查看均好", actor=jury["assessor"], at=NOW).decided == "red"


def test_the_secret_look_is_made_by_others_and_by_nobody_of_the_unit(desk, jury):  # noqa: F811
    place = proposed(desk, opened(desk))
    look_at(place, "expert", score=92, actor=jury["expert"], at=NOW)
    with pytest.raises(Forbidden, match="visited this place as an expert"):
        look_at(place, "secret", score=90, actor=jury["expert"], at=NOW)
    with pytest.raises(Refused, match="already"):
        look_at(place, "expert", score=99, actor=jury["expert"], at=NOW)
    look_at(place, "secret", score=88, actor=jury["other"], at=NOW)
    with pytest.raises(Forbidden, match="re-checked this place in secret"):
        look_at(place, "expert", score=90, actor=jury["other"], at=NOW)
    own = person(desk.district, "own-expert", "expert", desk.units["crew"])
    with pytest.raises(Forbidden, match="You belong to clean"):
        look_at(place, "secret", score=99, actor=own, at=NOW)
    with pytest.raises(Forbidden):
        look_at(place, "secret", score=99, actor=jury["leader"], at=NOW)
    for score in (-0.1, 100.1, float("nan"), float("inf")):
        with pytest.raises(Refused, match="is no score"):
            look_at(place, "expert", score=score, actor=jury["assessor"], at=NOW)


def test_until_publication_a_secret_look_is_seen_by_its_maker_and_who_judges(desk, jury):  # noqa: F811
    round_ = opened(desk)
    place = proposed(desk, round_)
    looked(place, jury)

    def kinds(user):
        found = shown(round_, list_sight(user, desk.district))
        return [look.kind for look in found[0].looks]

    assert kinds(jury["expert"]) == ["expert"]
    assert kinds(jury["other"]) == ["secret"]
    assert kinds(jury["assessor"]) == ["expert", "secret"]
    for who in ("leader", "lead", "resident", "engineer"):
        assert kinds(jury[who]) == []
    # The record of changes, which leaders and engineers read, says neither which place nor what was seen.
    text = json.dumps(list(Event.objects.filter(verb="list.secret_look").values("subject", "before", "after")))
    assert "88.5" not in text
    assert f"listplace:{place.pk}" not in text
    assert "角落" not in text
    assert [look.kind for look in my_looks(jury["other"], desk.district)] == ["secret"]
    assert waiting(jury["other"], desk.district) == []


def test_publication_freezes_shows_everything_and_opens_the_seals(desk, jury):  # noqa: F811
    round_ = opened(desk)
    place, unnamed = proposed(desk, round_), proposed(desk, round_, "西园", "black")
    secret = looked(place, jury)
    with pytest.raises(Refused, match="lasts until 2026-03-31"):
        publish_round(round_, actor=jury["leader"], at=NOW)
    with pytest.raises(Refused, match="1 places were looked at twice"):
        publish_round(round_, actor=jury["leader"], at=END)
    with pytest.raises(Forbidden):  # leaders publish; who has seen the looks decides
        decide(place, "red", reason="好", actor=jury["leader"], at=NOW)
    decide(place, "red", reason="两次查看均好", actor=jury["assessor"], at=NOW)
    assert rounds(desk.district, list_sight(jury["resident"], desk.district)) == []
    publish_round(round_, actor=jury["leader"], at=END)
    found = shown(round_.__class__.objects.get(pk=round_.pk), list_sight(jury["resident"], desk.district))
    assert [(one.place.decided, [look.kind for look in one.looks]) for one in found] == [
        ("red", ["expert", "secret"]), ("", []),
    ]  # fmt: skip
    sealed = Event.objects.get(verb="list.secret_look").after["sealed"]
    told = Event.objects.get(verb="list.published").after["places"][0]["looks"]
    assert sealed == seal(told[1]) == seal(said(ListLook.objects.get(pk=secret.pk)))
    for act in (
        lambda: decide(unnamed, "", reason="x", actor=jury["assessor"], at=END),
        lambda: look_at(unnamed, "secret", score=50, actor=jury["other"], at=END),
        lambda: proposed(desk, round_, "东园"),
        lambda: publish_round(round_, actor=jury["leader"], at=END),
    ):
        with pytest.raises(Refused, match="is published"):
            act()


def test_later_truth_stands_beside_what_was_published(desk, jury):  # noqa: F811
    round_ = opened(desk)
    place = proposed(desk, round_)
    looked(place, jury)
    decide(place, "red", reason="两次查看均好", actor=jury["assessor"], at=NOW)
    with pytest.raises(Refused, match="not published yet"):
        correct(place, "", reason="x", actor=jury["assessor"], at=END)
    publish_round(round_, actor=jury["leader"], at=END)
    with pytest.raises(Refused, match="stands there already"):
        correct(place, "red", reason="x", actor=jury["assessor"], at=END)
    correct(place, "", reason="名称有误，应为东园", actor=jury["assessor"], at=END)
    correct(place, "black", reason="复核属实", actor=jury["leader"], at=END + timedelta(days=1))
    assert ListPlace.objects.get(pk=place.pk).decided == "red"
    assert [each.colour for each in place.corrections.all()] == ["", "black"]


def test_photos_of_a_look_are_its_makers_own(desk, jury):  # noqa: F811
    place = proposed(desk, opened(desk))
    with pytest.raises(Refused, match="photo is not there"):
        look_at(place, "expert", score=92, actor=jury["expert"], photos=[photo(jury["other"])], at=NOW)
    look = look_at(place, "expert", score=92, actor=jury["expert"], photos=[photo(jury["expert"])], at=NOW)
    assert look.photos.count() == 1


@given(st.lists(st.sampled_from(["expert", "secret"])))
def test_what_is_lacking_is_what_nobody_did(kinds):
    missing = lacking(kinds)
    assert set(missing) | set(kinds) == {"expert", "secret"}
    assert not set(missing) & set(kinds)


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False) | st.text(), min_size=1))
def test_a_seal_depends_on_everything_but_the_order(look):
    turned = dict(reversed(look.items()))
    assert seal(turned) == seal(look)
    key = next(iter(look))
    assert seal({**look, key: f"{look[key]}x"}) != seal(look)


def at(name, *args):
    return reverse(f"inspection:{name}", args=["990001", *args])


def get(client, name, *args):
    return client.get(at(name, *args), headers={"accept-language": "en"})


def send(client, name, *args, **data):
    return client.post(at(name, *args), data, headers={"accept-language": "en"}, follow=True)


def test_a_round_by_forms_from_opening_to_the_public_page(client, desk, jury):  # noqa: F811
    assert "No lists were published" in get(client, "lists").content.decode()
    client.force_login(jury["leader"])
    typed = {"key": "parks", "name_zh": "公园", "kind": "公园养护", "begins": "2026-01-01", "rule": "办法"}
    assert send(client, "list-open", **typed, ends="2025-01-01").status_code == 422
    send(client, "list-open", **typed, ends="2026-03-31")
    client.force_login(jury["lead"])
    send(client, "list-propose", "parks", name_zh="梅园", proposed="red", unit="water")
    place = ListPlace.objects.get()
    client.force_login(jury["expert"])
    assert "梅园" in get(client, "my-visits").content.decode()
    send(client, "list-look", "parks", place.pk, kind="expert", score="91.5", note="整洁有序")
    assert "91.5" in get(client, "my-visits").content.decode()
    client.force_login(jury["assessor"])
    refused = send(client, "list-decide", "parks", place.pk, colour="red", reason="好看")
    assert refused.status_code == 422
    assert "there is no Secret re-check" in refused.content.decode()
    assert ">好看</textarea>" in refused.content.decode()
    send(client, "list-look", "parks", place.pk, kind="secret", score="77", note="暗访所见")
    client.force_login(jury["lead"])
    hidden = get(client, "list-round", "parks").content.decode()
    assert "整洁有序" not in hidden
    assert "暗访所见" not in hidden
    client.force_login(jury["assessor"])
    send(client, "list-decide", "parks", place.pk, colour="red", reason="两次均好")
    client.logout()
    assert get(client, "list-round", "parks").status_code == 404
    client.force_login(jury["leader"])
    assert send(client, "list-publish", "parks").status_code == 422  # it must be meant
    send(client, "list-publish", "parks", sure="on")
    late = send(client, "list-propose", "parks", name_zh="西园", proposed="red")
    assert late.status_code == 403  # leaders do not propose
    client.force_login(jury["assessor"])
    late = send(client, "list-decide", "parks", place.pk, colour="", reason="太晚")
    assert late.status_code == 422
    assert "is published: nothing in it changes" in late.content.decode()
    client.logout()
    text = get(client, "lists").content.decode()
    assert "公园养护" in text
    assert "梅园" in text
    page = get(client, "list-round", "parks").content.decode()
    for words in ("91.5", "77", "暗访所见", "整洁有序", "两次均好", "Red list"):
        assert words in page
    for who in ("expert", "assessor"):
        assert f"· {jury[who]}" not in page  # no names of who looked
    client.force_login(jury["assessor"])
    send(client, "list-correct", "parks", place.pk, colour="", reason="误评")
    client.logout()
    assert "should stand on no list" in get(client, "list-round", "parks").content.decode()
    assert ListRound.objects.get().state == "published"
