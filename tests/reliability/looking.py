"""Looks through a whole installation after it was killed: prints what is not whole, as a JSON list of sentences.

Run as a program on the database of the environment; it only reads.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def main() -> None:
    """Print every complaint."""
    import django

    django.setup()
    sys.stdout.write(json.dumps([*_acknowledged(), *_cases(), *_reports(), *_photos(), *_chains()], ensure_ascii=False))


def _acknowledged() -> Iterator[str]:
    """What a client was told that it is done, and is not there or not once."""
    from django.conf import settings

    from xiuhua.casework.models import Case, Report, Step

    for life in json.loads((Path(settings.DATA_DIR) / "acknowledged.json").read_text()):
        if not life["number"]:
            continue
        reports = Report.objects.filter(token=life["token"], idempotency_key__endswith=life["key"])
        if [report.case.number for report in reports.select_related("case")] != [life["number"]]:
            yield f"{life['number']}: its report is not there, or not as it was acknowledged"
        if set(map(str, reports.values_list("photos__key", flat=True))) - {"None"} != set(
            life["body"].get("photos", ())
        ):
            yield f"{life['number']}: not the photos that were acknowledged"
        made = list(
            Step.objects.filter(case__number=life["number"], move__in=life["done"]).values_list("move", flat=True)
        )
        if sorted(made) != sorted(life["done"]):
            yield f"{life['number']}: acknowledged {life['done']}, found {made}"
        if Case.objects.get(number=life["number"]).version < life["version"]:
            yield f"{life['number']}: went back"


def _cases() -> Iterator[str]:
    from xiuhua.casework.models import Case
    from xiuhua.casework.states import MOVES, STATES

    for case in Case.objects.prefetch_related("steps", "checks", "reports"):
        steps = list(case.steps.all())
        if [step.number for step in steps] != list(range(1, case.version + 1)):
            yield f"{case}: version {case.version}, steps {[step.number for step in steps]}"
            continue
        state = ""
        for step in steps:
            rule = MOVES[step.move]
            if (
                step.from_state != state
                or (rule.start and state not in rule.start)
                or (rule.to and step.to_state != rule.to)
            ):
                yield f"{case}: step {step.number} {step.move} from {step.from_state} to {step.to_state} after {state}"
            state = step.to_state
        if state != case.state:
            yield f"{case}: is {case.state}, its last step says {state}"
        if not case.reports.all():
            yield f"{case}: a case that nobody reported"
        if STATES[case.state].limit and case.state_due is None:
            yield f"{case}: waits in {case.state} without a timer"
        waiting = [check for check in case.checks.all() if check.received_at is None and check.cancelled_at is None]
        if (case.state in {"check_filing", "check_closing"}) != (len(waiting) == 1):
            yield f"{case}: {len(waiting)} checks wait in {case.state}"


def _reports() -> Iterator[str]:
    from django.db.models import Count

    from xiuhua.casework.models import Report

    for row in Report.objects.values("idempotency_key").annotate(n=Count("pk")).filter(n__gt=1).order_by():
        yield f"report {row['idempotency_key']}: {row['n']} times"
    for report in Report.objects.filter(user__isnull=False, case__followers=None):
        yield f"report {report}: its reporter does not follow"


def _photos() -> Iterator[str]:
    from django.conf import settings

    from xiuhua.casework.models import Photo

    for photo in Photo.objects.all():
        for path in (photo.original, photo.copy, photo.thumbnail):
            file = Path(settings.MEDIA_ROOT) / path
            if not file.is_file() or not file.stat().st_size:
                yield f"photo {photo}: {path} is not there"


def _chains() -> Iterator[str]:
    from xiuhua.casework.models import Case
    from xiuhua.foundation import events
    from xiuhua.foundation.models import Event

    for broken in events.verify().breaks:
        yield f"chain {broken}"
    told = dict(Case.objects.values_list("number", "version"))
    for number, version in told.items():
        moves = Event.objects.filter(chain=f"case:{number}").exclude(verb="case.joined").count()
        if moves < version:
            yield f"{number}: {version} steps, {moves} events"


if __name__ == "__main__":
    main()
