"""Sessions in the database as Django keeps them, read at the cost of their statement: every request asks for one."""

import json
from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from xiuhua.foundation.single import find_one


class SessionStore(db.SessionStore):
    """As Django's; only the question is a prepared one, and what a text says is worked out once."""

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What the text says: the same for as long as it stands in the row."""
        known: dict[str, Any] = json.loads(_read(session_data))
        return known

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = find_one(self.model, session_key=self.session_key)
        if row is not None and row.expire_date > timezone.now():
            return row
        self._session_key = None
        return None


@lru_cache(maxsize=1000)
def _read(session_data: bytes | str) -> str:
    """A signed text once its signature was looked at, as JSON: whoever reads it may change what they got."""
    return json.dumps(db.SessionStore().decode(session_data))
