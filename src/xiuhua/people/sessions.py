"""Sessions in the database as Django keeps them, read at the cost of their statement: every request asks for one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from xiuhua.foundation.single import find_one


class SessionStore(db.SessionStore):
    """As Django's; only the question is a prepared one."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = find_one(self.model, session_key=self.session_key)
        if row is not None and row.expire_date > timezone.now():
            return row
        self._session_key = None
        return None
