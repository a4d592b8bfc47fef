import pytest

from xiuhua.people.models import Assignment, Organisation, User

PASSWORD = "needle-and-thread-27"


@pytest.fixture
def person(two_districts):
    """Make an account with roles: person("ann", "town@990001001", district="990001", unit="990001-001")."""

    def make(username, *roles, district="990001", unit="", **more):
        organisation = Organisation.objects.get(district_code=district, code=unit) if unit else None
        user = User(username=username, organisation=organisation, **more)
        user.set_password(PASSWORD)
        user.save()
        for each in roles:
            role, _, area = each.partition("@")
            Assignment.objects.create(user=user, role=role, district_code=district, area_code=area)
        return user

    return make


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 is slow on purpose; these tests are about what surrounds it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
