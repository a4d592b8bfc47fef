"""Photos that a report names by their address: fetched by a job, and given to the case of the report."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError
from django.tasks import task

from xiuhua.casework import fetching
from xiuhua.casework.actions.photos import largest, store
from xiuhua.casework.models import Photo, Report
from xiuhua.casework.refusals import Refused
from xiuhua.casework.resent import fetched_key
from xiuhua.foundation import events
from xiuhua.foundation.jobs import Policy, set_policy


def fetch(url: str) -> bytes:
    """The content at ``url``, from a host that the settings allow. Raises ``Refused`` or ``Unreachable``."""
    return fetching.fetch(url, hosts=fetching.Hosts.of(settings.XIUHUA_MEDIA_HOSTS), largest=largest())


@task()
def fetch_media(report_id: int, url: str) -> dict[str, str]:
    """Fetch a photo for a report: its key, or why it was refused. The same address gives one photo to a report.

    Fails, and is tried again, while the other side cannot be reached.
    """
    report = Report.objects.select_related("case__district").get(pk=report_id)
    key = fetched_key(report.key, url)
    if not Photo.objects.filter(key=key).exists():
        try:
            store(fetch(url), stage=Photo.Stage.BEFORE, case=report.case, report=report, key=key)
        except Refused as refused:
            _tell(report, url, refused)
            return {"refused": str(refused)}
        except IntegrityError:
            if not Photo.objects.filter(key=key).exists():
                raise
    return {"photo": str(key)}


set_policy(fetch_media.module_path, Policy(limit=timedelta(minutes=5)))


def _tell(report: Report, url: str, refused: Refused) -> None:
    """Keep why there is no photo; of the address the host alone, since the rest may tell of persons."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    key = f"report:{report.key}"
    events.record(
        chain=key, verb="report.media_refused", actor="media", subject=f"casework.{key}",
        after={"case": report.case.number, "host": host[:200], "why": str(refused)},
    )  # fmt: skip
