"""An address with a NUL names nothing, in every room."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/c/%00/", "/cases/1%00/", "/follow/%00/", "/city/990001%00/", "/api/cases/%00", "/open311/v2/%00"]
)
def test_an_address_with_a_nul_names_nothing(client, address):
    assert client.get(address).status_code == 404
