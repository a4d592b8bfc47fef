"""Jobs of casework. Idempotent, like every task."""

from django.tasks import task

from xiuhua.casework.actions import photo_copies, retention, timers, uploads


@task()
def ring() -> dict[str, int]:
    """Apply new calendars and ring for every case that waits too long. Returns what was done."""
    recomputed = timers.recompute_deadlines()
    done = timers.run_due()
    return {"recomputed": recomputed, "moved": done.moved, "told": done.told, "overtaken": done.overtaken}


@task()
def draw_photos() -> int:
    """Draw the public copies of photos that arrived from the street. Returns how many."""
    return photo_copies.draw_waiting()


@task()
def keep_no_longer() -> dict[str, int]:
    """Let go of contacts, original photos and unfinished uploads whose time has come. Returns how many."""
    return vars(retention.tidy()) | {"unfinished": uploads.sweep()}
