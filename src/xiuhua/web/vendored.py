"""The work of others that xiuhua carries in its own files, with versions and licences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vendored:
    """One vendored package; ``folder`` lies under static/vendor and holds its licence text."""

    name: str
    version: str
    licence: str
    home: str
    folder: str
    licence_file: str

    @property
    def licence_path(self) -> str:
        """The licence text, as the static files know it."""
        return f"vendor/{self.folder}/{self.licence_file}"


VENDORED = (
    Vendored("MapLibre GL JS", "6.17.0", "BSD-3-Clause", "https://maplibre.org/", "maplibre-gl-6.17.0", "LICENSE.txt"),
    Vendored("htmx", "2.0.11", "0BSD", "https://htmx.org/", "htmx.org-2.0.11", "LICENSE"),
    Vendored(
        "Noto Sans SC (subset)",
        "1",
        "OFL-1.1",
        "https://github.com/notofonts/noto-cjk",
        "noto-sans-sc-subset-1",
        "LICENSE",
    ),
)
