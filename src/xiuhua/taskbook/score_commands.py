"""Commands about scores: score and publish a month, verify, ask what would move a score."""

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import district_of
from xiuhua.taskbook.command_inputs import answered, month_of

ACTOR = "system:command"


@click.command()
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--month", required=True, help="Year and month, e.g. 2026-03.")
@click.option("--book", "key", help="Only this book; without, every issued one of the year.")
def score(code: str | None, month: str, key: str | None) -> None:
    """Score everybody for a month from the values, and forecast every goal. Again replaces it, until published."""
    from xiuhua.taskbook.actions.closing import issued_books
    from xiuhua.taskbook.actions.score import score_month
    from xiuhua.taskbook.score_queries import alarms, scores_of_month

    district, when = district_of(code), month_of(month)
    with answered():
        books = [each for each in issued_books(district, when) if key in {None, each.key}]
        if not books:
            raise click.ClickException(_("There is no issued task book %(key)s for that month.") % {"key": key})
        for book in books:
            done = score_month(book, when, actor=ACTOR)
            click.echo(
                _("%(book)s: %(scores)s scores, %(grey)s of them without points, %(forecasts)s forecasts.")
                % {"book": book.name, "scores": done.scores, "grey": done.grey, "forecasts": done.forecasts}
            )
            for alarm in alarms(scores_of_month(book, when)):
                click.echo(
                    _("%(what)s tells nobody apart: %(there)s of %(of)s (%(scope)s) have all points.")
                    % {"what": alarm.goal or _("The score"), "there": alarm.there, "of": alarm.of, "scope": alarm.scope}
                )


@click.command()
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--month", required=True, help="Year and month, e.g. 2026-03.")
@click.option("--note", default="", help="What readers should know.")
def publish(code: str | None, month: str, note: str) -> None:
    """Freeze a month and show it to everybody. Refused where something is missing, late or not scored."""
    from xiuhua.taskbook.actions.closing import publish_month

    district, when = district_of(code), month_of(month)
    with answered():
        publish_month(district, when, actor=ACTOR, note=note)
    click.echo(_("%(month)s is published: later truth is written as a revision.") % {"month": month})


@click.command()
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--month", required=True, help="A published month, e.g. 2026-03.")
@click.option("--reason", required=True, help="Why the numbers are others now; everybody reads it.")
def revise(code: str | None, month: str, reason: str) -> None:
    """Measure a published month again and write what differs as revisions, with the scores that follow from it.

    What was published stays. Values of a formula that has changed since are left out: the month keeps its formula.
    """
    from xiuhua.taskbook.actions.measure import MeasureError, measure
    from xiuhua.taskbook.actions.revising import Learned
    from xiuhua.taskbook.actions.revising import revise as write
    from xiuhua.taskbook.freezing import closing_of
    from xiuhua.taskbook.parts import reading_from

    district, when = district_of(code), month_of(month)
    if closing_of(district, when) is None:
        raise click.ClickException(_("%(month)s is not published: nothing is frozen yet.") % {"month": month})
    try:
        later = measure(district, [when], actor=ACTOR).later
    except MeasureError as error:
        raise click.ClickException(str(error)) from None
    kept = sorted({one.indicator for one in later if one.formula})
    found = [
        Learned(one.indicator, one.scope, one.code, reading_from(one.after))
        for one in later
        if one.before and not one.formula
    ]
    with answered():
        rows = write(district, when, found, actor=ACTOR, reason=reason)
    for row in rows:
        name = "points" if row.subject == "score" else "value"
        click.echo(f"{row.subject} {row.key} {row.scope} {row.code}: {row.before[name]} -> {row.after[name]}")
    click.echo(_("%(count)s revisions written.") % {"count": len(rows)})
    if kept:
        click.echo(_("The month keeps the formula of: %(indicators)s.") % {"indicators": ", ".join(kept)})


@click.command()
@click.option("--district", "code", help="Only this district.")
def verify(code: str | None) -> None:
    """Compute every kept score again from what was kept with it; says each that differs, and fails then."""
    from xiuhua.taskbook.actions.score import MismatchError
    from xiuhua.taskbook.actions.score import verify as again
    from xiuhua.taskbook.models import Score

    rows = Score.objects.select_related("book__district").order_by("book", "month", "scope", "code")
    seen = wrong = 0
    for row in (rows.filter(book__district=district_of(code)) if code else rows).iterator():
        seen += 1
        try:
            again(row)
        except MismatchError as error:
            wrong += 1
            click.echo(str(error))
    click.echo(_("%(seen)s scores computed again, %(wrong)s differ.") % {"seen": seen, "wrong": wrong})
    if wrong:
        raise SystemExit(1)


@click.command("what-if")
@click.argument("group", metavar="SCOPE:CODE")
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--month", required=True, help="Year and month, e.g. 2026-03.")
@click.option("--top", default=3, show_default=True, help="How many goals.")
def what_if(group: str, code: str | None, month: str, top: int) -> None:
    """Which goals would move the score of a town or unit most (SCOPE:CODE, e.g. town:320206001)."""
    from xiuhua.taskbook.models import Score
    from xiuhua.taskbook.score_queries import what_if as asked

    district, when = district_of(code), month_of(month)
    scope, _colon, name = group.partition(":")
    rows = Score.objects.filter(book__district=district, month=when, scope=scope, code=name).select_related("book")
    if not rows:
        raise click.ClickException(_("%(group)s has no score in %(month)s.") % {"group": group, "month": month})
    words = {"best": _("to the best of the others"), "target": _("to the target"), "error": _("one standard error")}
    for row in rows:
        click.echo(f"{row.book.name}: {'-' if row.points is None else f'{row.points:g}'} / {row.full:g}")
        for lever in asked(row, top):
            click.echo(f"  {lever.goal}: {lever.value:.2f} {lever.unit}, {lever.points:g}")
            for step in lever.steps:
                records = "" if step.records is None else _(", %(count)s records") % {"count": step.records}
                click.echo(f"    {words[step.kind]}: {step.value:.2f} {lever.unit}, +{step.gain:g}{records}")
