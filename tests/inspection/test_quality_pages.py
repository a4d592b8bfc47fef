"""Pages of the index: words that are true, grey where nothing can be said, what is for whom, files that can be checked."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from inspection.quality_town import MONTH, check_of, drawn_month, frame_of, inspector, plan_of, visit_of
from xiuhua.inspection.models import Plan
from xiuhua.inspection.pages.quality.pictures import dots, lines
from xiuhua.people.models import Assignment, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(two_districts):
    with translation.override("en"):
        yield two_districts[0]


def signed_in(district, role, **more):
    user = User.objects.create(username=f"{district.code}-{role}", display_name=role)
    Assignment.objects.create(user=user, role=role, district_code=district.code, **more)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(client, path, **query):
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_anything_was_drawn(client, district):
    text = page(client, f"/inspection/quality/{district.code}/")
    assert "No month of drawn checks is over yet" in text
    assert (
        page(client, f"/inspection/quality/{district.code}/index.json")
        == f'{{"district": "{district.code}", "values": []}}'
    )


def test_all_passed_is_said_with_its_bound(client, district):
    drawn_month(district, [inspector(district, "1"), inspector(district, "2")], walks=5, each=12)
    text = page(client, f"/inspection/quality/{district.code}/", month="2026-03")
    # 60 checks with the usual design effect of 2.5 are worth 24 independent ones.
    assert "100 % of 60 checks passed; the true share is at least 88.3 % with 95 % confidence." in text
    assert "worth 24 independent ones" in text
    assert "299 independent checks" not in text
    assert "59 independent checks without a failure would show it" in text
    assert "a" * 64 in text
    assert "secret-seed" not in text
    assert 'style="' not in text
    Plan.objects.update(state="revealed")
    assert "secret-seed" in page(client, f"/inspection/quality/{district.code}/")


def test_a_month_that_is_not_over_is_for_those_inside(client, district):
    people = [inspector(district, "1"), inspector(district, "2")]
    drawn_month(district, people)
    this = date.today().replace(day=1)  # noqa: DTZ011 - whatever month it is
    plan_of(district, this)
    address = f"/inspection/quality/{district.code}/"
    assert f'value="{this:%Y-%m}"' not in page(client, address)
    assert f'value="{this:%Y-%m}"' in page(signed_in(district, "assessor"), address)
    assert f'value="{this:%Y-%m}"' not in page(signed_in(district, "handler"), address)


def test_a_town_that_was_not_looked_at_is_grey(client, district):
    plan, _made = drawn_month(district, [inspector(district, "1"), inspector(district, "2")])
    visit_of(plan, frame_of(district, "002"), MONTH)
    text = page(client, f"/inspection/quality/{district.code}/", month="2026-03")
    assert text.count("too little was looked at") >= 2
    assert "Too little was looked at to show any level." in text


def rows_of(client, district):
    answer = client.get(f"/inspection/quality/{district.code}/index.csv", {"month": "2026-03"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_files_carry_numerator_denominator_and_n_eff(client, district):
    drawn_month(district, [inspector(district, "1"), inspector(district, "2")], failing={1, 7})
    rows = rows_of(client, district)
    assert {row["scope"] for row in rows} == {"district", "town"}
    march = next(row for row in rows if row["month"] == "2026-03" and row["scope"] == "district")
    assert float(march["numerator"]) / float(march["denominator"]) == pytest.approx(float(march["value"]))
    assert (march["n"], march["passed"]) == ("12", "10")
    assert float(march["n_eff"]) <= 12
    assert float(march["low"]) < float(march["value"]) < float(march["high"])
    told = client.get(f"/inspection/quality/{district.code}/index.json", {"month": "2026-03"}).json()
    assert [row["value"] for row in told["values"]] == [float(row["value"]) for row in rows]


def test_the_page_of_the_assessor(district):
    people = [inspector(district, name) for name in "12"]
    plan, made = drawn_month(district, people, failing={3})
    lonely = inspector(district, "9")
    drawn_month(district, [lonely], town="002", plan=plan)
    visit_of(plan, frame_of(district), MONTH + timedelta(days=1), stratum="s2")
    check_of(visit_of(plan, frame_of(district), MONTH, stratum="s3", draws=900), people[0], flags=[{"flag": "hasty"}])
    for number in (0, 3, 5):
        again = visit_of(plan, made[number].frame, made[number].visit.day, part="repeat", repeats=made[number].visit)
        check_of(again, people[1 - number // 4 % 2], passed=True, minutes=9)
    address = f"/inspection/quality/{district.code}/assessor/"
    text = page(signed_in(district, "assessor"), address, month="2026-03")
    assert "too few to tell" in text
    assert "never use it to judge a town" in text
    assert "Nothing compares 检查员9 with the others" in text
    assert "检查员1" in text
    assert "odd checks" in text
    # A town office sees the index; who is how strict is not for it.
    town = page(signed_in(district, "town", area_code=f"{district.code}001"), address, month="2026-03")
    assert "never use it to judge a town" in town
    assert "检查员" not in town


def test_who_may_not_read_is_told(client, district):
    address = f"/inspection/quality/{district.code}/assessor/"
    assert client.get(address).status_code == 302
    assert signed_in(district, "handler").get(address).status_code == 403
    assert "No plan of checks was committed yet" in page(signed_in(district, "leader"), address)


TRIPLES = st.lists(
    st.one_of(
        st.just((None, None, None)),
        st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)).map(lambda row: tuple(sorted(row))),
        st.floats(0, 100).map(lambda value: (None, value, None)),
    ),
    min_size=1,
    max_size=13,
)


@given(TRIPLES)
def test_pictures_stay_within_their_frame(rows):
    months = [date(2025 + number // 12, number % 12 + 1, 1) for number in range(len(rows))]
    drawn = lines(months, rows)
    known = sum(value is not None for _low, value, _high in rows)
    assert (drawn is None) == (known == 0)
    if drawn:
        assert len(drawn.dots) == known
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in drawn.dots)
        assert 2 <= len(drawn.ticks) <= 6
        assert drawn.ticks[-1][1] == "100"
    picture = dots(rows)
    assert [dot.x is None for dot in picture.rows] == [value is None for _low, value, _high in rows]
    assert all(0 <= dot.x <= picture.width for dot in picture.rows if dot.x is not None)
