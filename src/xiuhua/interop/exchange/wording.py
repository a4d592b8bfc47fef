"""The words for every rule: what is wrong, and what to do. Shown to people, translated, listed in the docs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xiuhua.foundation.rejections import Rejection
from xiuhua.interop.exchange.findings import FileRefusedError, Finding

# The whole file is refused; nothing of it is loaded.
REFUSALS: dict[str, tuple[Any, Any]] = {
    "file_absent": (_("There is no file %(file)s."), _("Check the path.")),
    "file_empty": (_("%(file)s is empty."), _("Export it again from where it came.")),
    "file_broken": (
        _("%(file)s cannot be read to its end: %(fault)s"),
        _("The file is damaged or cut off. Copy or export it again."),
    ),
    "file_truncated": (
        _("%(file)s is cut off: it has %(size)s bytes, its header announces %(said)s."),
        _("Copy or export it again."),
    ),
    "rows_lost": (
        _("%(file)s is cut off: it announces %(said)s objects, %(rows)s can be read."),
        _("Copy or export it again."),
    ),
    "not_what_it_says": (
        _("%(file)s is called %(suffix)s but does not begin like such a file."),
        _("Give it the ending of what it is, or export it again."),
    ),
    "nothing_readable": (_("%(file)s holds nothing that can be read."), _("Bring one of: %(kinds)s.")),
    "no_rows": (_("%(file)s has no rows."), _("Export it again with its objects.")),
    "no_rows_where": (
        _("No row has %(values)s in column %(column)s."), _("Check the values given with --where."),
    ),
    "several_files": (_("%(file)s holds several data sets: %(names)s."), _("Choose one with --layer NAME.")),
    "layer_needed": (_("%(file)s has several layers: %(names)s."), _("Choose one with --layer NAME.")),
    "layer_absent": (_("There is no layer %(layer)s. There are: %(names)s."), _("Choose one of them with --layer.")),
    "shapefile_part": (
        _("%(file)s comes without its %(part)s file."), _("Bring the .shp, .shx, .dbf and .prj files together."),
    ),
    "archive_broken": (_("%(file)s cannot be unpacked: %(fault)s"), _("Pack it again.")),
    "archive_too_large": (
        _("%(file)s unpacks to more than %(limit)s MiB."), _("Split the file, or load it unpacked from the server."),
    ),
    "archive_ratio": (
        _("%(file)s unpacks to more than %(limit)s times its size, which real data does not do."),
        _("Check what is in the archive, or load it unpacked from the server."),
    ),
    "archive_hostile": (
        _("%(file)s wants to write outside its folder: %(member)s."),
        _("Do not use this archive. Pack the files again, without folders."),
    ),
    "archive_encrypted": (_("%(file)s needs a password."), _("Pack it without one.")),
    "encoding_unknown": (
        _("The text of %(file)s is neither UTF-8 nor GB 18030."), _("State its encoding with --encoding."),
    ),
    "encoding_unheard": (_("There is no encoding called %(encoding)s."), _("Write for instance utf-8, gb18030, big5.")),
    "encoding_wrong": (
        _("%(file)s is not text in %(encoding)s."), _("Leave --encoding out, or state the right one."),
    ),
    "parquet_encoding": (
        _("%(file)s keeps its geometries as %(encoding)s."), _("Write it again with WKB geometries."),
    ),
    "column_twice": (_("%(file)s has columns of the same name: %(columns)s."), _("Rename them in the file.")),
    "column_absent": (_("There is no column %(column)s. There are: %(columns)s."), _("Correct the name.")),
    "field_absent": (_("There is no field %(field)s. There are: %(fields)s."), _("Correct the name.")),
    "required_absent": (
        _("No column holds the required field %(field)s. There are: %(columns)s."),
        _("Name one with --map column=field, or give one value for all rows with --set field=value or --kind."),
    ),
    "places_absent": (
        _("%(file)s has no column with a place. There are: %(columns)s."),
        _("Name them: --map column=lon --map column=lat, or --map column=wkt."),
    ),
    "crs_needed": (
        _("%(file)s does not say in which coordinate system it is."),
        _("Ask who made it, then state it: --crs EPSG:4326 (WGS-84), EPSG:4490 (CGCS2000), GCJ-02 (Amap, "
          "Tencent), BD-09 (Baidu) or another EPSG number."),
    ),
    "crs_unknown": (
        _("There is no coordinate system %(crs)s."), _("Write EPSG and its number, or GCJ-02, or BD-09."),
    ),
    "crs_conflict": (
        _("The file says %(stated)s, you say %(declared)s."),
        _("Leave --crs out, or correct the file if it is wrong."),
    ),
    "metres_as_degrees": (
        _("The coordinates (%(sample)s) are no degrees, but %(crs)s has degrees."),
        _("They are probably metres. State the projected system with --crs, for instance EPSG:4549."),
    ),
    "degrees_as_metres": (
        _("The coordinates (%(sample)s) look like degrees, but %(crs)s has metres."),
        _("State the system in degrees with --crs, for instance EPSG:4490."),
    ),
    "axes_swapped_file": (
        _("Longitude and latitude are exchanged in %(count)s of %(rows)s rows."), _("Load the file with --swap."),
    ),
    "prune_protected": (
        _("Objects to be removed are still referred to: %(names)s."),
        _("Change what refers to them, or load without --prune."),
    ),
    "district_needed": (_("Into which district is not said."), _("Add --district CODE.")),
    "code_set_described": (
        _("The code set is not described."), _("Add --code-set KEY@VERSION and --of component or --of event."),
    ),
}  # fmt: skip

# One row is refused.
RULES: dict[str, tuple[Any, Any]] = {
    "row_width": (
        _("The row has %(found)s fields, the header %(wanted)s."),
        _("Put text that contains the separator in quotation marks."),
    ),
    "value_missing": (_("A value is required."), _("Fill in the column, or map another one.")),
    "digits_lost": (
        _("A spreadsheet has rounded this number; its last digits are lost."),
        _("Format the column as text in the spreadsheet, enter the numbers again and export."),
    ),
    "text_long": (_("The text is longer than %(most)s characters."), _("Shorten it.")),
    "text_binary": (_("The text contains a zero byte."), _("Remove it; perhaps the encoding is not the right one.")),
    "not_a_number": (_("This is not a number."), _("Write digits, with a point before decimals.")),
    "not_whole": (_("This is not a whole number."), _("Write it without decimals.")),
    "out_of_limits": (
        _("The number is not between %(least)s and %(most)s."), _("Check the value and its unit."),
    ),
    "not_yes_or_no": (_("This is neither yes nor no."), _("Write 是 or 否, yes or no, 1 or 0.")),
    "not_a_date": (_("This is not a date."), _("Write for instance 2024-05-31.")),
    "not_a_time": (_("This is not a time of day."), _("Write for instance 07:30.")),
    "not_a_choice": (
        _("This value is not known."), _("Use one of: %(choices)s; or translate it with --value field:theirs=ours."),
    ),
    "code_set_needed": (
        _("A bare category code means different things in different lists."),
        _("Name the list with --code-set KEY@VERSION, or write KEY@VERSION:CODE."),
    ),
    "geometry_missing": (_("The geometry is missing or unreadable."), _("Draw the object, or remove the row.")),
    "geometry_infinite": (
        _("The coordinates lie where this coordinate system does not reach."), _("Check coordinates and --crs."),
    ),
    "geometry_type": (
        _("This layer takes %(types)s."), _("Load the object into another layer, or draw it differently."),
    ),
    "geometry_invalid": (_("The geometry is invalid and nothing is left of it when repaired."), _("Draw it again.")),
    "repair_changes": (
        _("The geometry is invalid, and repairing it would change its area by %(percent)s %%."),
        _("Draw it again: what was meant cannot be known."),
    ),
    "object_twice": (
        _("The file has the same object in row %(first)s."),
        _("Remove one of the two rows, or add a column with a code for each object."),
    ),
    "out_of_range": (_("The coordinates are impossible in %(crs)s."), _("Correct them.")),
    "axes_swapped": (
        _("Longitude and latitude are exchanged."),
        _("Exchange them in the file, or load the refused rows with --swap."),
    ),
    "outside_district": (
        _("The object lies outside the district %(district)s."),
        _("Check its coordinates and --crs, or load it into the district in which it lies."),
    ),
}  # fmt: skip

# The row (or file) is taken; these say what was done or what looks odd.
REMARKS: dict[str, Any] = {
    "repaired": _("repaired (%(value)s): area %(before)s m² before, %(after)s m² after"),
    "code_from": _("codes come from the column %(value)s"),
    "code_derived": _("no column holds codes: each object got one made from its name and geometry"),
    "outline_absent": _("district %(district)s has no outline yet, so nothing was checked against it"),
    "organisations_whole": _("nothing was loaded: organisations are taken all together or not at all"),
    "prune_skipped": _("nothing was removed because rows were refused; correct them and load again"),
    "identifier_structure": _("%(value)s does not have the %(digits)s digits (%(parts)s) of the standard"),
    "identifier_district": _("%(value)s begins with the code of another district than %(district)s"),
    "identifier_category": _("%(value)s carries another category than the one given, %(category)s"),
    "overlap": _("%(value)s and %(other)s (%(kind)s) cover the same %(m2)s m²"),
    "overlaps_more": _("%(more)s more overlaps of %(kind)s are not listed"),
    "datum_coarse": _(
        "the way from %(value)s to WGS-84 is not known here to a few metres; where it matters, let the survey office "
        "convert the file to CGCS2000 (EPSG:4490) and load that"
    ),
    "datum_doubtful": _(
        "The file was read as %(crs)s, but it is probably %(datum)s: %(places)s places that are known already lie "
        "%(metres)s m off (median), and %(after)s m when it is read as %(datum)s. Check, then load again with "
        "--crs %(datum)s."
    ),
}


def _filled(text: Any, facts: Mapping[str, object]) -> str:
    return str(text) % facts


def rejection(fault: Finding, code: str) -> Rejection:
    """The refusal of one row in the language of the reader."""
    rule, remedy = RULES[fault.rule]
    return Rejection(
        fault.row, code, fault.field, fault.value, _filled(rule, fault.facts), _filled(remedy, fault.facts)
    )


def refusal(fault: FileRefusedError) -> tuple[str, str]:
    """What is wrong with the file and what to do, in the language of the reader."""
    what, remedy = REFUSALS[fault.rule]
    return _filled(what, fault.facts), _filled(remedy, fault.facts)


def remark(note: Finding) -> str:
    """A note, a doubt or a repair in the language of the reader."""
    return _filled(REMARKS[note.rule], {**note.facts, "value": note.value})
