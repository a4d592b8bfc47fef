"""The catalogue that the engineer keeps: questions with words where they are wrong, standards, retention."""

import json

import pytest
from django.urls import reverse

from xiuhua.casework import question_schema
from xiuhua.casework.models import RetentionRule, Service, Standard
from xiuhua.casework.suggesting import suggest
from xiuhua.foundation.models import Event

SCHEMA = {
    "type": "object",
    "required": ["amount"],
    "properties": {
        "amount": {"type": "string", "title": "有多少", "title_en": "How much", "enum": ["bag", "heap"], "enum_zh": ["几袋", "成堆"]},
        "count": {"type": "integer", "title": "几处", "minimum": 1, "maximum": 9},
    },
}  # fmt: skip
ATTACK = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def engineer(client, desk):
    client.force_login(desk.people["engineer"])
    return client


def page(category, name="catalogue-category", *args):
    return reverse(f"casework:{name}", args=[str(category.code_set), category.code, *args])


def filled(**changed):
    return {
        "public": "on", "description_zh": "没人管的垃圾", "description_en": "Waste", "keywords": "垃圾 臭",
        "questions": json.dumps(SCHEMA), **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "JSON"), ("[]", "{ }"), ('{"type": "array"}', "properties"), ('{"properties": []}', "properties"),
        ('{"properties": {"1a": {"type": "string", "title": "x"}}}', "1a"),
        ('{"properties": {"a": 3}}', "a:"), ('{"properties": {"a": {"type": "text", "title": "x"}}}', "type"),
        ('{"properties": {"a": {"type": "string"}}}', "title"),
        ('{"properties": {"a": {"type": "string", "title": "x", "enum": []}}}', "enum"),
        ('{"properties": {"a": {"type": "string", "title": "x", "enum": ["b", "b"]}}}', "enum"),
        ('{"properties": {"a": {"type": "string", "title": "x", "enum": ["b"], "enum_zh": []}}}', "enum_zh"),
        ('{"properties": {"a": {"type": "string", "title": "x", "enum": [null]}}}', "enum"),
        ('{"properties": {"a": {"type": "array", "title": "x"}}}', "items"),
        ('{"properties": {"a": {"type": "integer", "title": "x", "minimum": 3, "maximum": 1}}}', "minimum"),
        ('{"properties": {"a": {"type": "string", "title": "x", "maxLength": 1.5}}}', "maxLength"),
        ('{"properties": {"a": {"type": "string", "title": "x", "maxLength": "9"}}}', "maxLength"),
        ('{"properties": {"a": {"type": "string", "title": "x", "format": "email"}}}', "format"),
        ('{"properties": {"a": {"type": "string", "title": "x", "pattern": "(a+)+"}}}', "pattern"),
        ('{"properties": {"a": {"type": "string", "title": 7}}}', "title"),
        ('{"properties": {}, "required": ["a"]}', "required"), ('{"properties": {}, "required": "a"}', "required"),
        ('{"properties": {}, "oneOf": []}', "oneOf"), ("[" * 100_000, ""),
        (json.dumps({"properties": {f"q{n}": {"type": "string", "title": "x"} for n in range(21)}}), "20"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_questions_is_said(text, said):
    _schema, problems = question_schema.read(text)
    assert problems
    assert any(said in problem for problem in problems), problems


def test_questions_as_they_are_meant_pass():
    assert question_schema.read(json.dumps(SCHEMA)) == (SCHEMA, [])
    assert question_schema.read("  ") == ({}, [])


def test_a_category_is_offered_with_its_questions(engineer, desk):
    category = desk.category
    assert engineer.get(page(category)).status_code == 200
    assert engineer.post(page(category), filled()).status_code == 302
    service = Service.objects.get(category=category)
    assert (service.public, service.questions) == (True, SCHEMA)
    event = Event.objects.get(verb="service.set")
    assert event.actor == desk.people["engineer"].username
    # What was saved stands in the form again, and is asked beside it.
    shown = engineer.get(page(category)).content.decode()
    assert "几袋" in shown
    assert "&quot;enum_zh&quot;" in shown
    assert engineer.post(page(category), filled()).status_code == 302
    assert Event.objects.filter(verb="service.set").count() == 1  # the same again is no change


def test_new_words_are_learnt_by_the_suggestion_at_once(engineer, desk):
    assert suggest("吱吱作响") == []
    engineer.post(page(desk.other), filled(keywords="吱吱作响"))
    assert suggest("吱吱作响")[0].category == desk.other.pk


def test_a_preview_saves_nothing(engineer, desk):
    answer = engineer.post(page(desk.category), filled(preview="yes"))
    assert answer.status_code == 200
    assert "有多少" in answer.content.decode()
    assert not Service.objects.exists()


def test_wrong_questions_stay_in_the_form_with_the_reason(engineer, desk):
    wrong = json.dumps({"properties": {"a": {"type": "text", "title": "某问题"}}}, ensure_ascii=False)
    answer = engineer.post(page(desk.category), filled(questions=wrong))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "a: type" in answer.context["form"].errors["questions"][0] or "a" in shown
    assert "某问题" in shown
    assert not Service.objects.exists()


def test_a_changed_standard_begins_anew_and_cases_keep_theirs(engineer, desk):
    filed = desk.at_state("filed")
    old = desk.standard
    data = {"condition": old.condition, "limit": 4, "unit": "work_hour", "closing": "清除干净"}
    assert engineer.post(page(desk.category, "standard-change", old.number), data).status_code == 302
    old.refresh_from_db()
    new = Standard.objects.get(category=desk.category, active=True)
    assert (old.active, new.limit, new.closing) == (False, 4, "清除干净")
    filed.refresh_from_db()
    assert filed.standard == old
    event = Event.objects.get(verb="standard.put")
    assert (event.before["limit"], event.after["limit"]) == (8, 4)
    # Another condition takes the place of the old one too.
    data["condition"] = "成堆垃圾"
    assert engineer.post(page(desk.category, "standard-change", new.number), data).status_code == 302
    assert [row.condition for row in Standard.objects.filter(category=desk.category, active=True)] == ["成堆垃圾"]


def test_somebody_changed_the_standard_meanwhile(engineer, desk):
    old = desk.standard
    assert engineer.post(page(desk.category, "standard-end", old.number)).status_code == 302
    assert not Standard.objects.filter(category=desk.category, active=True).exists()
    data = {"condition": "别的条件", "limit": 4, "unit": "work_hour"}
    assert engineer.post(page(desk.category, "standard-change", old.number), data).status_code == 422
    assert not Standard.objects.filter(condition="别的条件").exists()
    again = engineer.post(page(desk.category, "standard-end", old.number), follow=True)
    assert "error" in [message.tags for message in again.context["messages"]]
    assert Event.objects.filter(verb="standard.ended").count() == 1


def test_a_standard_is_added_and_a_wrong_one_is_not(engineer, desk):
    data = {"condition": "占道堆放", "limit": 2, "unit": "work_day", "closing": "清走"}
    assert engineer.post(page(desk.category, "standard-add"), data).status_code == 302
    assert Standard.objects.get(condition="占道堆放").number == 2
    for wrong in ({"limit": 0}, {"limit": 1000}, {"unit": "year"}, {"condition": " "}):
        answer = engineer.post(page(desk.category, "standard-add"), data | {"condition": "另一条"} | wrong)
        assert answer.status_code == 422
        assert answer.context["new"].errors
    assert Standard.objects.filter(active=True, category=desk.category).count() == 2


def test_rules_of_retention_are_set(engineer):
    address = reverse("casework:retention")
    assert engineer.get(address).status_code == 200
    assert engineer.post(address, {"source": "hotline", "contact_days": "30", "original_days": ""}).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.source, rule.contact_days, rule.original_days) == ("hotline", 30, None)
    assert Event.objects.get(verb="retention.set").after == {"contact_days": 30, "original_days": None}
    assert engineer.post(address, {"source": "*", "contact_days": "10", "original_days": "20"}).status_code == 302
    assert RetentionRule.objects.get(source="").contact_days == 10
    assert engineer.post(address, {"source": "web", "contact_days": "-1"}).status_code == 422
    assert engineer.post(address, {"source": "pigeon", "contact_days": "1"}).status_code == 404


def test_the_list_is_narrowed(engineer, desk):
    everything = engineer.get(reverse("casework:catalogue")).content.decode()
    assert desk.category.name_zh in everything
    assert desk.other.name_zh in everything
    some = engineer.get(reverse("casework:catalogue") + "?q=0102&set=events@1").content.decode()
    assert desk.category.name_zh not in some
    assert desk.other.name_zh in some


def test_the_catalogue_asks_few_questions(engineer, desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        engineer.get(reverse("casework:catalogue"))


@pytest.mark.parametrize("who", ["dispatcher", "lead", "handler", "town", "near", "assessor", "leader", "resident"])
def test_nobody_but_the_engineer(client, desk, who):
    addresses = [
        reverse("casework:catalogue"), reverse("casework:retention"), page(desk.category),
        page(desk.category, "standard-add"), page(desk.category, "standard-change", 1), page(desk.category, "standard-end", 1),
    ]  # fmt: skip
    for address in addresses:
        assert client.post(address, filled()).status_code in {302, 405}
    client.force_login(desk.people[who])
    for address in addresses:
        assert {client.get(address).status_code, client.post(address, filled()).status_code} <= {403, 405}
    assert not Service.objects.exists()
    assert Standard.objects.get(pk=desk.standard.pk).active


def test_nothing_typed_becomes_markup(engineer, desk):
    schema = {
        "properties": {
            "a": {"type": "string", "title": ATTACK, "enum": ["b"], "enum_zh": [ATTACK], "description": ATTACK}
        }
    }
    data = filled(description_zh=ATTACK, keywords=ATTACK, questions=json.dumps(schema))
    assert engineer.post(page(desk.category), data).status_code == 302
    standard = {"condition": ATTACK, "limit": 2, "unit": "work_day", "closing": ATTACK}
    assert engineer.post(page(desk.category, "standard-add"), standard).status_code == 302
    for address in (page(desk.category), reverse("casework:catalogue") + f"?q={ATTACK}"):
        shown = engineer.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_what_is_not_there(engineer, desk):
    for address in (
        "/catalogue/events@1/9999/",
        "/catalogue/events@1/%00/",
        "/catalogue/none/0101/",
        "/catalogue/events@9/0101/",
    ):
        assert engineer.get(address).status_code == 404
    assert engineer.post(page(desk.category, "standard-end", 77)).status_code == 404
