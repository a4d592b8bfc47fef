"""The command ``xiuhua demo``: draw, load and serve the demonstration district."""

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.conf import settings

if TYPE_CHECKING:
    from xiuhua.demo.note import Note


@click.command()
@click.option("--scale", type=click.Choice(["small", "district", "tiny"]), help="How much is drawn. [default: small]")
@click.option("--seed", type=int, help="Another number draws another district. [default: 1]")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    # Taken by conf/cli.py before the settings are read.
    "--data-dir",
    type=click.Path(file_okay=False),
    expose_value=False,
    help="[default: XIUHUA_DATA_DIR or var/demo]",
)
@click.option("--cases", type=click.IntRange(0), help="Cases of the two years. [default: by the scale]")
@click.option("--no-serve", is_flag=True, help="Draw and load only.")
@click.option("--fresh", is_flag=True, help="Throw the demonstration in the data folder away and draw it anew.")
@click.option("--i-know", is_flag=True, help="Serve to other machines although everyone may learn the accounts.")
def demo(
    scale: str | None, seed: int | None, port: int, host: str, *, cases: int | None, no_serve: bool, fresh: bool,
    i_know: bool,
) -> None:  # fmt: skip
    """Draw a synthetic district, load it, serve it, and list accounts to try it with.

    The second start finds everything in place and serves at once.
    """
    local = _is_loopback(host)
    if not no_serve and not local and not i_know:
        raise click.UsageError(
            f"{host} can be reached by other machines, and the demonstration has accounts with a known password. "
            "Serve on 127.0.0.1, or add --i-know: the start page then lists no accounts, this terminal does."
        )
    note = _prepare(scale, seed, cases, fresh=fresh)
    if no_serve:
        click.echo("ready; xiuhua demo serves it")
        return
    _serve(note, host, port, local=local)


commands: list[click.Command] = [demo]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _prepare(scale: str | None, seed: int | None, cases: int | None, *, fresh: bool) -> "Note":
    from xiuhua.demo.note import Note, read_note, write_note
    from xiuhua.foundation.actions.setup import set_up

    note = read_note()
    if note and fresh:
        _throw_away()
        note = None
    if note and note.complete and (scale or note.scale, note.seed if seed is None else seed) != (note.scale, note.seed):
        raise click.UsageError(
            f"{settings.DATA_DIR} already holds the demonstration at scale {note.scale} with seed {note.seed}. "
            "Leave --scale and --seed out to serve it, add --fresh to draw it anew, or name another --data-dir."
        )
    set_up(settings.TIME_ZONE, actor="demo")
    if note and note.complete:
        return note
    _refuse_real_data()
    from xiuhua.demo.accounts import new_password
    from xiuhua.demo.load import build

    note = Note(scale or "small", 1 if seed is None else seed, note.password if note else new_password())
    write_note(note)
    click.echo(f"drawing the district at scale {note.scale} with seed {note.seed} into {settings.DATA_DIR}")
    build(note.scale, note.seed, note.password, lambda step: click.echo(f"  {step}"), cases=cases)
    note.complete = True
    write_note(note)
    return note


def _refuse_real_data() -> None:
    from xiuhua.city.models import District
    from xiuhua.people.models import User

    real = District.objects.filter(synthetic=False).first()
    if real or (User.objects.exists() and not District.objects.exists()):
        raise click.UsageError(
            f"this database holds {'the district ' + real.name if real else 'accounts'} already, and a demonstration "
            "does not belong beside real data. Name another --data-dir, or another XIUHUA_DATABASE."
        )


def _throw_away() -> None:
    """Remove the demonstration's own database; only the one that lies in the data folder."""
    from django.db import connection

    from xiuhua.demo.note import note_path

    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or path.parent != Path(settings.DATA_DIR):
        raise click.UsageError(
            "--fresh removes only a database inside the data folder. "
            "Drop and create this one yourself, then start again."
        )
    connection.close()
    for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"), note_path()):
        part.unlink(missing_ok=True)


def _serve(note: "Note", host: str, port: int, *, local: bool) -> None:
    from xiuhua.demo.accounts import account_list
    from xiuhua.demo.beating import beating
    from xiuhua.demo.note import write_note
    from xiuhua.web.serving import serve

    note.shown = local
    write_note(note)
    if not local:
        os.environ["XIUHUA_ALLOWED_HOSTS"] = ",".join([*settings.ALLOWED_HOSTS, host])
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    click.echo(f"\n{address}  synthetic district, scale {note.scale}, seed {note.seed}\n")
    click.echo(f"Accounts of the demonstration, all with the password {note.password}")
    for entry in account_list():
        click.echo(f"  {entry['role']:<11} {entry['try']}")
    click.echo("\nCtrl+C ends it.")
    with beating(Path(settings.DATA_DIR)):
        serve(host, port, quiet=True)
