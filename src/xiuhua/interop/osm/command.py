"""``xiuhua load osm``: a district from an OpenStreetMap file."""

import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiuhua.interop.osm.conditions import MappingError
from xiuhua.interop.osm.mapping import DEFAULT, read_mapping
from xiuhua.interop.osm.outline import NoBoundaryError
from xiuhua.interop.osm.reader import SUFFIXES, UnreadableError, read
from xiuhua.interop.osm.reading import Reading
from xiuhua.interop.osm.rules import Mapping


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--district", "code", required=True, help="Code of the district to load into.")
@click.option("--create-district", is_flag=True, help="Create the district if there is none with this code.")
@click.option("--name-zh", default="", help="Chinese name of a district to create.")
@click.option("--name-en", default="", help="English name of a district to create.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="Time zone of a district to create.")
@click.option("--boundary", type=int, help="Number of the OpenStreetMap relation that is the outline.")
@click.option("--level", "levels", multiple=True, metavar="LEVEL=KIND", help="Kind of areas at an admin_level.")
@click.option("--layers", default="", metavar="A,B", help="Load only these layers.")
@click.option("--mapping", "mapping_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Use this mapping instead of the one shipped.")  # fmt: skip
@click.option("--prune", is_flag=True, help="Remove objects from OpenStreetMap that the file no longer has.")
@click.option("--dry-run", is_flag=True, help="Do everything, report, undo it.")
@click.option("--rejects", type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="Write every refused object to this CSV file.")  # fmt: skip
def osm(
    file: Path,
    code: str,
    layers: str,
    levels: tuple[str, ...],
    mapping_file: Path | None,
    boundary: int | None,
    rejects: Path | None,
    *,
    prune: bool,
    dry_run: bool,
    **creation: Any,
) -> None:
    """Load streets, waters, greens, gates, land use, buildings, sites, components, trees and areas from an OSM file.

    FILE is .osm.pbf (or .osm). Each layer is one transaction; loading the same file again changes nothing.
    Data: (c) OpenStreetMap contributors, ODbL 1.0; the credit is kept with the district.
    """
    from xiuhua.interop.osm import importing, report

    mapping = _mapping(mapping_file or DEFAULT, levels)
    chosen = _chosen(layers, importing.selectable(mapping))
    district = partial(_district, code, **creation)
    if not creation["create_district"]:
        district()  # a missing district is said before a long read
    started = time.monotonic()
    reading = _reading(file, mapping)
    click.echo(
        _("%(file)s: %(objects)s objects read, %(taken)s taken by the mapping, %(seconds).1f s")
        % {
            "file": file.name,
            "objects": f"{reading.objects:,}",
            "taken": f"{len(reading.found):,}",
            "seconds": time.monotonic() - started,
        }
    )
    plan = importing.Plan(mapping, chosen, file.name, prune, boundary)
    try:
        result = (
            importing.rehearse(district, reading, plan, _progress)
            if dry_run
            else importing.bring_in(district(), reading, plan, _progress)
        )
    except NoBoundaryError as error:
        raise click.ClickException(_no_boundary(error)) from None
    except importing.ImportRefusedError as error:
        raise click.ClickException(str(error)) from None
    except ProtectedError as error:
        message = _("objects that --prune would remove are still referred to: %(what)s; nothing of that layer changed")
        raise click.ClickException(message % {"what": error.args[0]}) from None
    for line in report.lines(reading, result):
        click.echo(line)
    if rejects:
        click.echo(_("%(count)d refused objects in %(file)s") % {
            "count": report.write_rejects(rejects, result), "file": rejects,
        })  # fmt: skip
    if dry_run:
        click.echo(_("Dry run: nothing was kept."))
    click.echo(mapping.attribution)


def _mapping(path: Path, levels: tuple[str, ...]) -> Mapping:
    from xiuhua.city.layers import COMMON, LAYERS, VALIDITY

    known = {
        key: [field.name for field in (*COMMON, *VALIDITY, *layer.fields)] for key, layer in LAYERS.items()
    }  # fmt: skip
    pairs = dict(level.partition("=")[::2] for level in levels)
    if not all(level.isdigit() and kind for level, kind in pairs.items()):
        raise click.BadParameter(_("write --level 8=town: an admin_level, =, a kind of area"))
    try:
        return read_mapping(path, known).with_levels(pairs)
    except MappingError as error:
        raise click.ClickException(str(error)) from None


def _chosen(layers: str, selectable: list[str]) -> list[str]:
    wanted = [key.strip() for key in layers.split(",") if key.strip()]
    if unknown := [key for key in wanted if key not in selectable]:
        raise click.BadParameter(
            _("unknown layers %(unknown)s; the mapping has %(known)s")
            % {"unknown": ", ".join(unknown), "known": ", ".join(selectable)}
        )
    return [key for key in selectable if not wanted or key in wanted]


def _district(code: str, *, create_district: bool, name_zh: str, name_en: str, time_zone: str) -> Any:
    from xiuhua.city.actions import districts
    from xiuhua.city.models import District

    if district := District.objects.filter(code=code).first():
        return district
    if not create_district:
        known = ", ".join(District.objects.values_list("code", flat=True)) or pgettext("osm", "none yet")
        message = _("there is no district %(code)s (districts: %(known)s); add --create-district --name-zh NAME")
        raise click.ClickException(message % {"code": code, "known": known})
    try:
        return districts.create_district(code, name_zh, name_en=name_en, time_zone=time_zone, actor="load osm")
    except ValueError as error:
        raise click.ClickException(
            _("the district cannot be created: %(reason)s (--name-zh, --time-zone)") % {"reason": error}
        ) from None


def _reading(file: Path, mapping: Mapping) -> Reading:
    if not file.name.lower().endswith(SUFFIXES):
        message = _("%(file)s: the name must end in one of %(suffixes)s")
        raise click.ClickException(message % {"file": file.name, "suffixes": ", ".join(SUFFIXES)})
    try:
        reading = read(file, mapping)
    except UnreadableError as error:
        message = _("%(file)s is not a whole OpenStreetMap file (%(reason)s); fetch it again. Nothing was loaded.")
        raise click.ClickException(message % {"file": file.name, "reason": error.reason}) from None
    if not reading.found:
        message = _("%(file)s holds %(objects)d objects, none of which the mapping takes. Nothing was loaded.")
        raise click.ClickException(message % {"file": file.name, "objects": reading.objects})
    return reading


def _no_boundary(error: NoBoundaryError) -> str:
    known = "\n".join(
        f"  {item.ref[1]}  {item.tags.get('name', '')} (admin_level {item.tags.get('admin_level', '?')})"
        for item in error.known
    )
    return _("relation %(id)d is not a whole boundary in this file. Whole ones are:\n%(known)s") % {
        "id": error.relation,
        "known": known or "  " + pgettext("osm", "none"),
    }


def _progress(layer: str, count: int, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    if not sys.stderr.isatty():
        yield from rows
        return
    with click.progressbar(rows, length=count, label=f"{layer:12}", file=sys.stderr) as bar:
        yield from bar
