"""The import page: try, read, confirm."""

import os
import time

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xiuhua.city.models import Tree
from xiuhua.interop.exchange import uploads
from xiuhua.people.models import Assignment, User

TREES = "编码,树种,树高,lon,lat\nT1,银杏,8.5,120.05,31.65\nT2,香樟,高,120.06,31.66\n"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def page(two_districts, client, settings, tmp_path):
    """A client signed in as engineer of the first district alone."""
    settings.DATA_DIR = tmp_path
    user = User.objects.create_user("engineer")
    Assignment.objects.create(user=user, role="engineer", district_code="990001")
    client.force_login(user)
    return client


def send(page, content=TREES, name="trees.csv", **more):
    form = {
        "district": "990001",
        "layer": "trees",
        "crs": "EPSG:4326",
        "file": SimpleUploadedFile(name, content.encode()),
    }
    return page.post(reverse("interop:import"), form | more, **ENGLISH)


def token_of(response):
    return response.context["upload"].token


def test_the_form_offers_only_districts_that_the_person_may_fill(page):
    response = page.get(reverse("interop:import"), {"layer": "trees"}, **ENGLISH)
    assert [code for code, _name in response.context["form"].fields["district"].choices] == ["990001"]
    assert response.context["form"]["layer"].value() == "trees"
    assert send(page, district="990002").status_code == 422


def test_a_file_is_tried_first_and_loaded_on_confirmation(page):
    response = send(page)
    assert response.status_code == 200
    assert "Dry run, nothing was kept: 2 rows: 1 new" in response.content.decode()
    assert not Tree.objects.exists()
    token = token_of(response)
    rejects = page.get(reverse("interop:import-rejects", args=[token]))
    assert "T2" in rejects.getvalue().decode("utf-8-sig")
    done = page.post(reverse("interop:import-confirm", args=[token]), **ENGLISH)
    assert "2 rows: 1 new" in done.content.decode()
    assert Tree.objects.get().code == "T1"
    assert page.post(reverse("interop:import-confirm", args=[token])).status_code == 404


def test_a_refused_file_says_what_to_do(page):
    response = send(page, crs="")
    assert response.status_code == 422
    assert "does not say in which coordinate system" in response.content.decode()
    assert send(page, crs="other").status_code == 422
    assert send(page, crs="other", crs_other="EPSG:4490").status_code == 200
    assert "no “=”" in send(page, columns="树种").content.decode()
    assert send(page, columns="树种=name_zh").context["report"].columns["name_zh"] == "树种"


def test_the_parts_of_a_shapefile_come_together(page, tmp_path):
    box = shapely.to_wkb([shapely.box(120.05, 31.65, 120.06, 31.66)])
    pyogrio.raw.write(tmp_path / "a.shp", box, [np.array(["B1"], dtype=object)], ["code"], geometry_type="Polygon",
                      crs="EPSG:4326")  # fmt: skip
    parts = [SimpleUploadedFile(p.name, p.read_bytes()) for p in tmp_path.glob("a.*")]
    response = send(page, file=parts, layer="buildings", crs="")
    assert response.context["report"].inserted == 1


def test_nobody_else_reads_or_confirms_an_upload(page, two_districts):
    token = token_of(send(page))
    other = User.objects.create_user("other")
    Assignment.objects.create(user=other, role="engineer", district_code="990001")
    page.force_login(other)
    assert page.post(reverse("interop:import-confirm", args=[token])).status_code == 404
    assert page.get(reverse("interop:import-rejects", args=[token])).status_code == 404
    for made_up in ("..", "x" * 22, "%2e%2e"):
        assert page.get(f"/import/{made_up}/rejects.csv").status_code == 404


def test_only_who_may_import_sees_the_page(two_districts, client):
    assert client.get(reverse("interop:import")).status_code == 302
    client.force_login(User.objects.create_user("resident"))
    assert client.get(reverse("interop:import")).status_code == 403
    assert client.post(reverse("interop:import-confirm", args=["x" * 22])).status_code == 403


def test_too_much_at_once_is_refused(page, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    response = send(page)
    assert (response.status_code, "xiuhua load" in response.content.decode()) == (422, True)


def test_old_uploads_are_swept(page):
    folder = send(page).context["upload"].folder
    old = time.time() - uploads.LIFETIME_S - 60
    os.utime(folder, (old, old))
    send(page)
    assert not folder.exists()
