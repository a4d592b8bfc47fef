"""The form of the import page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import District
from xiuhua.interop.exchange.targets import TARGETS
from xiuhua.interop.exchange.unpack import MAIN

CRS_CHOICES = [
    ("", _("as the file states")),
    ("EPSG:4326", "WGS-84 (EPSG:4326)"),
    ("EPSG:4490", "CGCS2000 (EPSG:4490)"),
    ("GCJ-02", _("GCJ-02 (Amap, Tencent)")),
    ("BD-09", _("BD-09 (Baidu)")),
    ("other", _("another, written below")),
]
# Category codes belong to no district and are described by more than a file: the command line loads them.
OFFERED = [key for key in TARGETS if key != "codes"]


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes the parts of a shapefile together."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """One or more files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file checked as a FileField does."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFiles, self).clean(each, initial) for each in given]


class ImportForm(forms.Form):
    """What a person says about a file."""

    district = forms.ChoiceField(label=_("District"))
    layer = forms.ChoiceField(label=_("Layer"))
    file = ManyFiles(
        label=_("File"),
        help_text=_("GeoJSON, GeoPackage, Shapefile (all its parts or a .zip), FlatGeobuf, GeoParquet or CSV."),
        widget=ManyFilesInput(attrs={"accept": ",".join((*MAIN, ".zip", ".gz", ".shx", ".dbf", ".prj", ".cpg"))}),
    )
    crs = forms.ChoiceField(label=_("Coordinate system"), choices=CRS_CHOICES, required=False)
    crs_other = forms.CharField(label=_("Another coordinate system"), required=False, max_length=40,
                                help_text=_("EPSG and its number, for instance EPSG:4549."))  # fmt: skip
    kind = forms.CharField(label=_("Kind of all objects"), required=False, max_length=40,
                           help_text=_("Where no column says it, for instance 单元网格 or unit_grid."))  # fmt: skip
    code_set = forms.CharField(label=_("Code set"), required=False, max_length=81,
                               help_text=_("Of bare category codes, as KEY@VERSION."))  # fmt: skip
    columns = forms.CharField(label=_("Columns"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
                              help_text=_("One column=field on each line, where names do not say it."))  # fmt: skip
    swap = forms.BooleanField(label=_("Exchange longitude and latitude"), required=False)

    def __init__(self, *args: Any, districts: list[District], **kwargs: Any) -> None:
        """``districts`` are those into which the person may import."""
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        english = (get_language() or "").startswith("en")
        self.fields["district"].choices = [(d.code, f"{d.name} {d.code}") for d in districts]  # type: ignore[attr-defined]
        self.fields["layer"].choices = [  # type: ignore[attr-defined]
            (key, TARGETS[key].en if english else TARGETS[key].zh) for key in OFFERED
        ]

    def clean_columns(self) -> list[list[str]]:
        """Pairs of column and field."""
        lines = [line.strip() for line in self.cleaned_data["columns"].splitlines() if line.strip()]
        if wrong := next((line for line in lines if "=" not in line), None):
            raise forms.ValidationError(_("“%(line)s” has no “=”; write column=field.") % {"line": wrong})
        return [[part.strip() for part in line.rpartition("=")[::2]] for line in lines]

    def clean(self) -> dict[str, Any]:
        """The coordinate system that was written, where another was chosen."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("crs") == "other":
            cleaned["crs"] = cleaned.get("crs_other", "").strip()
            if not cleaned["crs"]:
                self.add_error("crs_other", _("Write the coordinate system, for instance EPSG:4549."))
        return cleaned
