"""An address with a NUL, which PostgreSQL cannot be asked for, names nothing: no room fails at it."""

import pytest

from xiuhua.people.models import Assignment, User

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/c/%00/", "/cases/1%00/", "/cases/1%00/near/", "/follow/%00/", "/city/990001%00/", "/city/990001/duties/of/%00/",
    "/feeds/%00/cases.atom", "/problems/%00/points.json", "/people/990001/organisations/%00/", "/catalogue/%00/0101/",
    "/catalogue/events@1/%00/", "/import/%00/rejects.csv", "/api/cases/%00", "/api/cases/%00/history",
    "/api/cases/reports/%00", "/open311/v2/%00", "/open311/v2/requests/%00.json", "/open311/v2/tokens/%00.xml",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", ["", "engineer", "dispatcher"])
def test_an_address_with_a_nul_names_nothing(client, two_districts, address, role):
    if role:
        user = User.objects.create(username=role)
        Assignment.objects.create(user=user, role=role, district_code="990001")
        client.force_login(user)
    assert client.get(address).status_code < 500
