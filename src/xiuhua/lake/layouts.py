"""Which fact lies where: facts of rooms by the month, telemetry by the day."""

from pathlib import Path

from xiuhua.foundation.facts import facts
from xiuhua.lake.partitions import Layout
from xiuhua.lake.streams import streams


def lake_folder() -> Path:
    """The folder of the lake, from the settings."""
    from django.conf import settings

    return Path(settings.LAKE_DIR)


def layout_of(name: str, root: Path | None = None) -> Layout:
    """How the fact or stream ``name`` is cut. Raises ``LookupError`` where there is none."""
    folder = root or lake_folder()
    if stream := streams().get(name):
        return Layout(folder, name, "day", stream.at, stream.key, stream.schema)
    if fact := facts().get(name):
        return Layout(folder, name, "month", fact.partition, fact.key, fact.schema)
    known = ", ".join(sorted({*facts(), *streams()}))
    raise LookupError(f"there is no fact {name}: known are {known}")
