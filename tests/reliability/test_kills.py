"""The server is killed again and again while people report and work: what it acknowledged stays, nothing is half done."""

import json
import random

import pytest

from reliability.installation import HERE, Installation, database_beside
from reliability.load import Client

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kills")]
KILLS = 50
CLIENTS = 3
# Seconds of load before the server is killed, drawn anew each time: any moment of a call may be hit.
SHORTEST, LONGEST = 0.05, 1.0


@pytest.fixture
def installation(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        url = database_beside(tmp_path)
    made = Installation(tmp_path, url)
    yield made
    if made.server is not None and made.server.poll() is None:
        made.kill()


def test_a_killed_server_loses_nothing_that_it_acknowledged(installation):
    known = json.loads(installation.run(str(HERE / "furnish.py")).splitlines()[-1])
    drawn = random.Random(20261124)
    lives = [[] for _client in range(CLIENTS)]
    for kill in range(KILLS + 1):
        installation.start()
        clients = [Client(installation.port, known, kill * 100 + n, lives[n]) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        if kill == KILLS:  # the last round finishes what is under way in peace
            for client in clients:
                client.join(drawn.uniform(SHORTEST, LONGEST))
                client.stop.set()
        else:
            clients[0].join(drawn.uniform(SHORTEST, LONGEST))  # waits that long while all of them work
            installation.kill()
        for client in clients:
            client.join(60)
            assert not client.is_alive()
            assert client.failure == ""
    all_lives = [life for each in lives for life in each]
    (installation.folder / "acknowledged.json").write_text(json.dumps([vars(life) for life in all_lives]))
    complaints = json.loads(installation.run(str(HERE / "looking.py")).splitlines()[-1])
    assert complaints == []
    acknowledged = sum(bool(life.number) + len(life.done) for life in all_lives)
    assert acknowledged > 2 * KILLS, "there was hardly any load"
