"""The categories of imported cases: a code set that is there, or one that grows from the names in the files."""

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.models import Code, CodeSet

BUILT = "built from case files"


class Categories:
    """Finds the id of a category by its code or name in the set ``key@version``.

    Only a set that was built from case files gains categories; in any other an unknown name is unknown.
    """

    def __init__(self, named: str, actor: str) -> None:
        self.key, _at, version = named.partition("@")
        self.version, self.actor = version or "1", actor
        code_set = CodeSet.objects.filter(key=self.key, version=self.version).first()
        self.grows = code_set is None or code_set.source == BUILT
        codes = list(Code.objects.filter(code_set=code_set)) if code_set else []
        self.last = max((int(code.code) for code in codes if code.code.isdecimal()), default=0)
        self.ids: dict[str, int] = {}
        for code in codes:
            for name in (code.code, code.name_en, code.name_zh):
                if name:
                    self.ids[name.casefold()] = code.pk

    def find(self, name: str) -> int | None:
        """The id of the category; None for one that the set does not have."""
        return self.ids.get(name.casefold())

    def add(self, names: dict[str, str]) -> None:
        """Add the categories that the set lacks; ``names`` gives the class of each."""
        fresh = [name for name in names if self.find(name) is None]
        if not fresh:
            return
        rows = [
            {"code": f"{number:04d}", "class_zh": names[name], "name_zh": name}
            for number, name in enumerate(fresh, start=self.last + 1)
        ]
        code_set, _rejected = load_codes(
            self.key, self.version, kind="event", name_zh=self.key, rows=rows, actor=self.actor, source=BUILT
        )
        self.last += len(fresh)
        wanted = [row["code"] for row in rows]
        self.ids |= {c.name_zh.casefold(): c.pk for c in Code.objects.filter(code_set=code_set, code__in=wanted)}
