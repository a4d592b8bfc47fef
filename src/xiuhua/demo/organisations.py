"""The bodies of the district: government, bureaus, town offices, committees, companies, contractors."""

from collections.abc import Iterator

from xiuhua.demo.areas import Areas
from xiuhua.demo.plan import Row, read_yaml


def town_code(area: str) -> str:
    """The code of the office of a town, given the town's area code."""
    return f"TWN-{area[6:9]}"


def community_code(area: str) -> str:
    """The code of the committee of a community, given the community's area code."""
    return f"COM-{area[6:12]}"


def organisation_rows(areas: Areas) -> Iterator[Row]:
    """Every organisation as ``load_organisations`` takes it."""
    data = read_yaml("organisations.yaml")
    district = next(row for row in areas.rows if row["kind"] == "district")
    code, zh, en = data["government"]
    yield _row(code, "district", zh, en, "", district["code"])
    for bureau, bureau_zh, bureau_en in data["bureaus"]:
        yield _row(bureau, "bureau", bureau_zh, bureau_en, code)
    for other, kind, other_zh, other_en, parent in data["others"]:
        yield _row(other, kind, other_zh, other_en, parent)
    for contractor, contractor_zh, contractor_en, parent in data["contractors"]:
        yield _row(contractor, "contractor", contractor_zh, contractor_en, parent)
    for area in areas.rows:
        if area["kind"] == "town":
            name_zh = area["name_zh"] + ("办事处" if area["name_zh"].endswith("街道") else "人民政府")
            yield _row(town_code(area["code"]), "town", name_zh, f"{area['name_en']} Office", code, area["code"])
    for area in areas.rows:
        if area["kind"] == "community":
            village = area["name_zh"].endswith("村")
            name_zh = area["name_zh"] + ("村民委员会" if village else "居民委员会")
            yield _row(
                community_code(area["code"]), "community", name_zh, f"{area['name_en']} Committee",
                town_code(area["code"]), area["code"],
            )  # fmt: skip


def _row(code: str, kind: str, zh: str, en: str, parent: str, area: str = "") -> Row:
    return {"code": code, "kind": kind, "name_zh": zh, "name_en": en, "parent": parent, "area_code": area}
