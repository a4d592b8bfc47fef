"""Draws small_city.py's districts with two more inspectors, ``scout`` and ``second``, and checks that wait for scout.

Scout's cases lie in the first district, one for each test that makes a check: their texts say which.
"""

import io
import os
import sys
from datetime import timedelta

import small_city
from PIL import Image

# With the numbers that are free in small_cases.py the places stay in the district.
WEST = 120.285
TEXTS = ("离线核查的积水", "中途断网的积水", "换人登录的积水", "已经撤回的积水", "看看页面的积水")


def add_checks():
    from django.utils import timezone
    from small_cases import CHECKING, _case

    from xiuhua.casework.actions.photos import store
    from xiuhua.casework.models import Check
    from xiuhua.city.models import Code
    from xiuhua.people.actions.accounts import create_user
    from xiuhua.people.actions.assignments import grant
    from xiuhua.people.models import User

    people = {user.username: user for user in User.objects.all()}
    water = Code.objects.get(code_set__key="events", code="0102")
    for number, text in enumerate(TEXTS):
        _case("990001", WEST, 20 + number, text, water, 0.5, CHECKING, people)
    for name in ("scout", "second"):
        user = create_user(name, small_city.PASSWORD, actor=small_city.ACTOR, display_name=name.title())
        grant(user, "inspector", district_code="990001", actor=small_city.ACTOR)
        people[name] = user
    checks = Check.objects.filter(case__description__in=TEXTS, received_at=None)
    checks.update(inspector=people["scout"], due=timezone.now() + timedelta(minutes=25))
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "JPEG")
    store(out.getvalue(), stage="after", case=checks.get(case__description=TEXTS[0]).case, user=people["handler"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    status = small_city.main()
    add_checks()
    sys.exit(status)
