"""Numbers of people are masked however they are written; numbers of things stay."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xiuhua.casework.masking import MASK, find, identity_check, mask

WIDE = {ord(character): ord(character) + 0xFEE0 for character in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ@-"}
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def digits(count):
    return st.text("0123456789", min_size=count, max_size=count)


mobiles = st.builds("1{}{}".format, st.sampled_from("3456789"), digits(9))
days = st.dates(date(1930, 1, 1), date(2025, 12, 31))


@st.composite
def identities(draw):
    head = draw(st.sampled_from(["320206", "110101", "440305", "810000"]))
    number = f"{head}{draw(days):%Y%m%d}{draw(digits(3))}"
    return number + identity_check(number)


@st.composite
def plates(draw):
    head = draw(st.sampled_from(PROVINCES)) + draw(st.sampled_from(LETTERS))
    return head + draw(
        st.one_of(
            st.from_regex(r"[A-HJ-NP-Z]{0,2}[0-9]{3}[A-HJ-NP-Z0-9]{0,1}[0-9]{2}", fullmatch=True).map(lambda t: t[:5]),
            st.from_regex(r"[DF][A-HJ-NP-Z0-9][0-9]{4}", fullmatch=True),
            st.from_regex(r"[0-9]{4}[学警挂港澳]", fullmatch=True),
        )
    )


def said(secret):
    return f"昨天下午路灯不亮，{secret}，请尽快处理。"


@given(mobiles, st.sampled_from(["", " ", "-", "·"]), st.sampled_from(["", "+86 ", "86", "0086-"]), st.booleans())
def test_a_mobile_number_is_masked_however_it_is_written(number, gap, prefix, wide):
    secret = prefix + gap.join([number[:3], number[3:7], number[7:]])
    secret = secret.translate(WIDE) if wide else secret
    assert mask(said(secret)) == said(MASK)


@given(mobiles)
def test_a_mobile_number_spaced_out_is_masked(number):
    assert mask(said(" ".join(number))) == said(MASK)


@given(identities(), st.booleans(), st.sampled_from(["", " ", "-"]))
def test_an_identity_number_is_masked(number, wide, gap):
    secret = gap.join([number[:6], number[6:14], number[14:]])
    secret = secret.translate(WIDE) if wide else secret
    assert mask(said(secret)) == said(MASK)
    assert mask(said(number.lower())) == said(MASK)


@given(st.dates(date(1930, 1, 1), date(1999, 9, 30)), digits(3))
def test_an_old_identity_number_is_masked(born, tail):
    assert mask(said(f"320206{born:%y%m%d}{tail}")) == said(MASK)


@given(plates(), st.booleans(), st.sampled_from(["", " ", "·"]), st.booleans())
def test_a_plate_is_masked(plate, wide, gap, lower):
    secret = plate[:2] + gap + plate[2:]
    secret = secret.translate(WIDE) if wide else secret.lower() if lower else secret
    assert mask(said(secret)) == said(MASK)


@pytest.mark.parametrize(
    "secret",
    [
        "0510-83701234", "051083701234", "(0510)83701234", "（0510）8370 1234", "010-62345678", "021 62345678转8012",
        "０５１０－８３７０１２３４", "+852 9123 4567", "(617) 555-0134", "617-555-0134",
        "someone.else@example.com", "a_b+c＠example.org", "WJ苏1234X", "苏B D12345", "粤Z1234港",
    ],
)  # fmt: skip
def test_other_ways_to_reach_somebody_are_masked(secret):
    assert mask(said(secret)) == said(MASK)


def test_a_bare_number_is_masked_where_the_words_call_it_a_telephone():
    assert mask("电话：83701234") == f"电话：{MASK}"
    assert mask("编号83701234") == "编号83701234"


def test_an_identity_number_with_a_slip_is_masked_where_the_words_ask_for_one():
    wrong = "32020619900101123" + ("0" if identity_check("32020619900101123") != "0" else "1")
    assert mask(f"我的身份证号是{wrong}") == f"我的身份证号是{MASK}"
    assert mask(f"工单{wrong}") == f"工单{wrong}"


@given(digits(16))
def test_the_sixteen_digits_of_a_component_stay(number):
    assert mask(f"部件{number}损坏") == f"部件{number}损坏"


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 999_999))
def test_the_number_of_a_case_stays(day, sequence):
    number = f"320206-{day:%y%m%d}-{sequence:05d}"
    assert mask(f"见案件{number}") == f"见案件{number}"


@given(st.integers(1, 29), st.integers(0, 9), st.integers(1, 99), st.integers(1, 999))
def test_the_code_of_a_unit_grid_stays(town, unit, community, grid):
    number = f"320206{town:02d}{unit}{community:03d}{grid:03d}"
    assert mask(f"网格{number}") == f"网格{number}"


@pytest.mark.parametrize(
    "text",
    ["12345热线", "2026-11-24 13:15", "13-15 2026-1-24", "K3+250至K4+100", "120.1234,31.7654", "新区云A栋12号", "长100米宽20米",
     "第0101类", "川流不息", "门牌88号3单元1201室", "T1234567890123456789012345"],
)  # fmt: skip
def test_numbers_of_things_stay(text):
    assert mask(text) == text


@given(st.text(alphabet=st.sampled_from("0123456789X -.·苏京BDA警学@a.(+８６１３"), max_size=60))
def test_findings_lie_in_the_text_in_order_and_apart(text):
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert mask(text).count(MASK) >= len(found)


@given(st.lists(st.one_of(mobiles, identities(), plates()), min_size=1, max_size=6))
def test_several_secrets_in_one_text_all_go(secrets):
    masked = mask("；".join(secrets))
    assert masked == "；".join([MASK] * len(secrets))


@given(mobiles, mobiles)
def test_two_numbers_with_a_space_between_both_go(one, two):
    assert mask(f"{one} {two}") == f"{MASK} {MASK}"


@given(identities())
def test_an_identity_number_is_told_from_a_number_that_differs_in_its_check(number):
    other = number[:17] + ("0" if number[17] != "0" else "1")
    assume(re.fullmatch(r"\d{18}", other))
    assert [found.kind for found in find(number)] == ["identity"]
    assert not find(other)


def test_the_check_of_the_standard_example():
    assert identity_check("11010519491231002") == "X"
    assert identity_check("44052418800101001") == "4"


def test_a_long_hostile_text_is_searched_quickly():
    from time import perf_counter

    started = perf_counter()
    for text in ("1 " * 2000, "a.-" * 1300 + "@", "苏B" * 2000, "+1" * 2000, "电话" * 2000):
        mask(text)
    assert timedelta(seconds=perf_counter() - started) < timedelta(seconds=1)
