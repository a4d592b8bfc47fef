from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xiuhua.city.matching import WEEK_MINUTES, Moment, Rule, RuleBook, applies, rivals, uncovered

MONDAY = date(2024, 1, 1)


def moment(text):
    at = datetime.fromisoformat(text)
    return Moment(at.date(), at.isoweekday(), at.time())


def test_more_specific_rules_come_first_and_rank_breaks_ties():
    rules = [
        Rule("any", 1),
        Rule("class", 2, code_set=1, category="01"),
        Rule("exact", 3, code_set=1, category="0101"),
        Rule("exact-second", 4, code_set=1, category="0101", rank=2),
        Rule("exact-town", 5, code_set=1, category="0101", area=7, area_rank=10),
        Rule("object", 6, object_layer="streets", object_code="S1"),
        Rule("other-set", 7, code_set=2, category="0101"),
    ]
    found = RuleBook.of(rules).candidates(moment("2024-01-01T10:00"), [7], 1, "0101", ("streets", "S1"))
    assert [rule.code for rule in found] == ["object", "exact-town", "exact", "exact-second", "class", "any"]


def test_a_bare_code_never_meets_another_set():
    book = RuleBook.of([Rule("a", 1, code_set=1, category="0501"), Rule("b", 2, code_set=2, category="0501")])
    assert [rule.unit for rule in book.candidates(moment("2024-01-01T10:00"), [], 2, "0501")] == [2]


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    friday_night = Rule("n", 1, weekdays="5", time_from=time(22), time_to=time(6))
    assert applies(friday_night, moment("2024-01-05T23:00"))
    assert applies(friday_night, moment("2024-01-06T05:59"))
    assert not applies(friday_night, moment("2024-01-06T06:00"))
    assert not applies(friday_night, moment("2024-01-05T05:00"))


def test_validity_ends_before_its_last_day():
    rule = Rule("v", 1, valid_from=MONDAY, valid_to=MONDAY + timedelta(days=1))
    assert applies(rule, moment("2024-01-01T00:00"))
    assert not applies(rule, moment("2024-01-02T00:00"))
    assert not applies(rule, moment("2023-12-31T23:59"))


def test_rivals_are_units_with_equal_right():
    one, two = Rule("a", 1, area=3, area_rank=10), Rule("b", 2, area=3, area_rank=10)
    assert [rule.code for rule in rivals([one, two])] == ["a", "b"]
    assert rivals([one, Rule("c", 2, area=3, area_rank=10, rank=2)]) == []
    assert rivals([one, Rule("d", 1, area=3, area_rank=10)]) == []
    assert rivals([]) == []


CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
DAYS = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))
SHIFTS = st.builds(
    lambda days, start, end: Rule("s", 1, weekdays=days, time_from=start, time_to=end), DAYS, CLOCKS, CLOCKS
)


@given(st.lists(SHIFTS, max_size=5))
def test_uncovered_is_exactly_when_no_rule_applies(rules):
    missing = [False] * WEEK_MINUTES
    for start, end in uncovered(rules, MONDAY):
        missing[start:end] = [True] * (end - start)
    for minute in range(0, WEEK_MINUTES, 15):
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
        covered = any(applies(rule, Moment(MONDAY, at.isoweekday(), at.time())) for rule in rules)
        assert missing[minute] != covered
