"""What a file changes of a book: progress that it leaves out stays, everything else is as the file says."""

from dataclasses import dataclass

from xiuhua.taskbook.book_file.tables import PROGRESS, TABLES, Row, Tables


@dataclass(frozen=True)
class Change:
    """One row that is new (``before`` None), gone (``after`` None) or differs."""

    table: str
    key: str
    before: Row | None
    after: Row | None

    def differing(self) -> tuple[Row | None, Row | None]:
        """Before and after; of a row that is changed only what differs."""
        if self.before is None or self.after is None:
            return self.before, self.after
        names = [name for name in self.after if self.after[name] != self.before.get(name)]
        return {name: self.before.get(name) for name in names}, {name: self.after[name] for name in names}


def merged(stored: Tables | None, wanted: Tables) -> Tables:
    """``wanted`` with the progress that it leaves out taken from what is ``stored``."""
    for name, columns in PROGRESS.items():
        known = stored.table(name) if stored else {}
        for key, row in wanted.table(name).items():
            old = known.get(key, {})
            for column in columns:
                row[column] = row[column] or old.get(column, "")
            if name == "commitments":
                _settle(row, old)
    return wanted


def _settle(row: Row, old: Row) -> None:
    """A commitment that a file says done is done; a new one is open."""
    if row["done_on"] and row["done_on"] != old.get("done_on"):
        row["state"] = "done"
    row["state"] = row["state"] or "open"
    if row["state"] != "done":
        row["done_on"] = ""
    if row["moved_to"] == row["due"]:
        row["moved_to"] = ""


def compare(before: Tables | None, after: Tables) -> list[Change]:
    """Every row that differs: the book itself, then table by table."""
    found = []
    if before is None or before.book != after.book:
        found.append(Change("book", after.book["key"], before.book if before else None, after.book))
    for name in TABLES:
        old, new = (before.table(name) if before else {}), after.table(name)
        found += [Change(name, key, old.get(key), row) for key, row in new.items() if old.get(key) != row]
        found += [Change(name, key, row, None) for key, row in old.items() if key not in new]
    return found
