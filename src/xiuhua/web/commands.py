"""What the shell adds to the command: set an installation up, and serve it."""

import click
from django.conf import settings
from django.db import connection


@click.command()
def setup() -> None:
    """Make the database ready, or bring it up to date: tables, first work calendar, daily jobs. Safe to repeat."""
    from xiuhua.foundation.actions.setup import set_up

    set_up(settings.TIME_ZONE, actor="command-line")
    click.echo(
        f"ready: {connection.settings_dict['NAME']}. Next: xiuhua people add-user NAME --superuser, "
        "xiuhua load district CODE NAME, xiuhua load areas FILE --district CODE, xiuhua serve"
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 256), default=16, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site; a reverse proxy with HTTPS belongs in front of it."""
    from django.contrib.auth import get_user_model

    from xiuhua.web.serving import serve as run

    get_user_model().objects.exists()  # an unprepared database is said here, before anybody is served
    click.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    run(host, port, workers=workers, threads=threads)


commands: list[click.Command] = [setup, serve]
