"""The category that a text suggests: from names at first, from corrections later, never surer than it is right."""

from time import perf_counter

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from casework.conftest import MONDAY
from xiuhua.casework import suggesting
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Service
from xiuhua.casework.suggestion import Document, calibrated, cross_validated, learn, train
from xiuhua.city.actions.codes import load_codes
from xiuhua.conf.cli import build

NAMES = [
    "暴露垃圾",
    "井盖破损",
    "路灯不亮",
    "占道经营",
    "非法小广告",
    "道路破损",
    "树木倒伏",
    "施工噪声",
    "共享单车乱停放",
    "污水冒溢",
]
TAUGHT = [Document(number, name, 3.0) for number, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("楼下有一堆垃圾好几天没人清", "暴露垃圾"), ("小区门口的井盖破了", "井盖破损"), ("路灯晚上都不亮", "路灯不亮"),
        ("有人占道摆摊", "占道经营"), ("墙上全是小广告", "非法小广告"), ("单车停得到处都是，乱停乱放", "共享单车乱停放"),
        ("污水从地下冒出来", "污水冒溢"), ("半夜施工，噪声很大", "施工噪声"),
    ],
)  # fmt: skip
def test_names_alone_tell_plain_words(text, name):
    found = train(TAUGHT).suggest(text)
    assert NAMES[found[0][0]] == name
    assert len(found) == 3


@given(st.text(max_size=80))
def test_confidences_are_shares_in_falling_order(text):
    found = train(TAUGHT).suggest(text)
    assert len(found) in {0, 3}
    assert all(0 <= confidence <= 1 for _label, confidence in found)
    assert [confidence for _label, confidence in found] == sorted((c for _label, c in found), reverse=True)
    assert sum(confidence for _label, confidence in found) <= 1 + 1e-5
    assert len({label for label, _confidence in found}) == len(found)


def test_nothing_known_suggests_nothing():
    assert train(TAUGHT).suggest("") == []
    assert train(TAUGHT).suggest("xyz 啊") == []
    assert train([]).suggest("垃圾") == []
    assert learn([], []).suggest("垃圾") == []


def test_what_persons_corrected_outweighs_the_names():
    text = "门前堆着旧家具"
    corrections = [Document(0, f"{place}门前堆着旧家具没人管") for place in ("东", "南", "西", "北")]
    taught = learn(TAUGHT, corrections)
    assert taught.suggest(text)[0][0] == 0
    assert taught.suggest(text)[0][1] > 0.5


def noisy(count, seed=1):
    """Texts of three labels that share most of their words, so that nobody can be sure."""
    random = np.random.default_rng(seed)
    words = ["路", "边", "有", "人", "说", "这", "里"]
    signs = ["垃圾", "井盖", "路灯"]
    documents = []
    for _ in range(count):
        label = int(random.integers(3))
        sign = signs[label if random.random() < 0.7 else int(random.integers(3))]
        documents.append(Document(label, "".join(random.choice(words, 6)) + sign + str(random.integers(1_000))))
    return documents


def test_the_temperature_makes_confidence_as_high_as_it_is_right():
    documents = noisy(1200)
    suggester = calibrated(train(documents[:600]), documents[600:900])
    told = [(suggester.suggest(document.text)[0], document.label) for document in documents[900:]]
    confidence = float(np.mean([found[1] for found, _label in told]))
    right = float(np.mean([found[0] == label for found, label in told]))
    assert abs(confidence - right) < 0.1
    assert calibrated(suggester, documents[:3]).temperature == suggester.temperature


def test_accuracy_is_that_of_texts_not_learnt_from():
    accuracy = cross_validated([], noisy(600))
    assert accuracy.texts == 600
    assert 0.55 < accuracy.top1 < 0.85
    assert accuracy.top3 == 1.0
    memory = [Document(number % 5, "同一句话") for number in range(50)]
    assert cross_validated([], memory).top1 == 0.0, "equal texts lie in one fold, so there is nothing to learn from"
    assert cross_validated([], []).texts == 0


def test_half_the_suggestions_take_less_than_five_milliseconds():
    suggester = learn([Document(n, f"第{n}类问题{NAMES[n % 10]}{n * 7919}") for n in range(400)], noisy(2000))
    times = []
    for _ in range(60):
        started = perf_counter()
        suggester.suggest("小区门口的井盖破了，有一堆垃圾，路灯晚上不亮。" * 25)
        times.append(perf_counter() - started)
    assert float(np.median(times)) < 0.005


def test_it_learns_from_a_correction_at_once(desk):
    text = "门前旧沙发"
    assert suggesting.suggest(text) == []
    case = desk.case(description=text)
    perform(case, "recategorise", user=desk.people["dispatcher"], data={"category": desk.other}, at=MONDAY)
    assert suggesting.suggest(text)[0].category == desk.other.pk
    assert [document.label for document in suggesting.corrected()] == [desk.other.pk]


def test_new_categories_and_keywords_are_learnt(desk):
    assert suggesting.suggest("有暴露垃圾")[0].category == desk.category.pk
    Service.objects.create(category=desk.other, keywords="沙发 床垫")
    suggesting.outdated()
    assert suggesting.suggest("一张床垫")[0].category == desk.other.pk


def test_only_what_is_offered_is_suggested_or_else_everything(two_districts):
    load_codes("k", "1", kind="event", name_zh="k", rows=[{"code": "01", "name_zh": "路灯"}], actor="t")
    assert suggesting.suggest("路灯")
    load_codes("k", "1", kind="event", name_zh="k", rows=[{"code": "02", "name_zh": "井盖"}], actor="t")
    assert len(suggesting.suggest("井盖")) == 2


def test_the_command_says_how_well_it_does(desk):
    done = CliRunner().invoke(build(), ["casework", "suggestion"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == 2
    said = CliRunner().invoke(build(), ["casework", "suggestion", "有暴露垃圾"])
    assert "暴露垃圾" in said.output.splitlines()[0]


def test_the_command_sets_and_says_rules_of_retention(db):
    done = CliRunner().invoke(build(), ["casework", "retention", "--source", "*", "--contact-days", "30"])
    assert done.exit_code == 0
    assert "30" in done.output
    assert CliRunner().invoke(build(), ["casework", "retention"]).exit_code == 0
    assert CliRunner().invoke(build(), ["casework", "retention", "--source", "x"]).exit_code == 1
