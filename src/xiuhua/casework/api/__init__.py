"""Cases over JSON. Fixed addresses come before those that begin with the number of a case."""

# ruff: noqa: F401, I001 - importing a module adds its endpoints, and their order is that of the addresses
from xiuhua.casework.api.router import router
from xiuhua.casework.api import lookups
from xiuhua.casework.api import reports
from xiuhua.casework.api import lists
from xiuhua.casework.api import photos
from xiuhua.casework.api import cases
from xiuhua.casework.api import moves

__all__ = ["router"]
