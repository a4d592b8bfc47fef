"""Draws small_city.py's districts and measures the greenery of the first one, as it is measured at night."""

import os
import sys

import shapely
import small_city

YEAR = 2026


def add_measurement():
    from xiuhua.city.actions.load import load
    from xiuhua.city.models import District
    from xiuhua.greenery.actions.measure import measure_district
    from xiuhua.greenery.asking import Asked

    district = District.objects.get(code="990001")
    # The streets of the small city do not meet: one lane joins them, so that there is a way to the park.
    lane = {"code": "990001S9", "name_zh": "通园巷", "name_en": "Park Lane", "street_class": "lane", "width_m": 6.0,
            "geometry": shapely.LineString([(120.3035, 31.66), (120.3035, 31.68)])}  # fmt: skip
    report = load(district, "streets", [lane], actor=small_city.ACTOR, source=small_city.SOURCE)
    if report.rejected:
        raise SystemExit(f"streets: {report.rejected}")
    measure_district(district, Asked(YEAR, view=False), actor=small_city.ACTOR)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    status = small_city.main(checked=False)
    add_measurement()
    sys.exit(status)
