"""Questions of analysts in SQL: every fact is a view, nothing can be written and no other file is read."""

from pathlib import Path

import duckdb
import pyarrow as pa

from xiuhua.foundation.facts import facts
from xiuhua.lake.layouts import lake_folder, layout_of
from xiuhua.lake.partitions import files
from xiuhua.lake.streams import streams


class QuestionError(ValueError):
    """A question that cannot be answered; the text says why."""


def ask(sql: str, *, root: Path | None = None, memory: str = "2GB") -> pa.Table:
    """The answer to one SELECT over the facts. Raises ``QuestionError``.

    The views are made first; then the doors are closed: no file outside the lake can be read, none at all written,
    no extension loaded, and the settings can't be changed back.
    """
    folder = root or lake_folder()
    with duckdb.connect(config={"memory_limit": memory, "threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false")
        # Temporary files would be written to the folder where the command runs.
        connection.execute("SET temp_directory = ''")
        for name in sorted({*facts(), *streams()}):
            _view(connection, name, folder)
        connection.execute("SET allowed_directories = ['" + str(folder).replace("'", "''") + "']")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise QuestionError("only one SELECT can be asked; write no other statement")
            return connection.sql(statements[0]).to_arrow_table()
        except duckdb.Error as error:
            raise QuestionError(str(error)) from None


def _view(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    layout = layout_of(name, folder)
    found = files(layout)
    if found:
        paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in found)
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{paths}])')  # noqa: S608 - our own files
    else:
        connection.register(f"nothing_{name}", layout.schema.empty_table())
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM "nothing_{name}"')  # noqa: S608 - names of facts
