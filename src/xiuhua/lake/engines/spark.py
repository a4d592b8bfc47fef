"""Spark, for who has a cluster: the same expressions over the same files (extra ``spark``)."""

import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from xiuhua.lake.engines import EngineError
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.partitions import files


def missing() -> str:
    """What keeps Spark from running here; empty where nothing does."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "Spark needs Java: install Java 17 or later"
    try:
        import pyspark  # noqa: F401 - only whether it is there
    except ImportError:
        return "Spark is not installed: install the extra spark, for instance with uv sync --extra spark"
    return ""


class SparkEngine:
    """Answers expressions with Spark at ``master`` (the setting SPARK_MASTER where none is given)."""

    kind = "spark"

    def __init__(self, root: Path, *, master: str = "", memory: str = "1g") -> None:
        if reason := missing():
            raise EngineError(reason)
        import ibis
        from pyspark.sql import SparkSession

        if not master:
            from django.conf import settings

            master = settings.SPARK_MASTER
        # Workers must use this Python, not the one of the system.
        os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        self.root = root
        self.session = (
            SparkSession.builder.master(master).appName("xiuhua")
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "8").config("spark.driver.memory", memory)
            .config("spark.executor.memory", memory).config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.ansi.enabled", "false")
            .getOrCreate()
        )  # fmt: skip
        self.session.sparkContext.setLogLevel("ERROR")
        self.backend = ibis.pyspark.connect(self.session)
        self._names = 0

    def table(self, fact: str, since: date | None = None, until: date | None = None) -> Any:
        """See ``Engine``."""
        layout = layout_of(fact, self.root)
        found = files(layout, since, until)
        self._names += 1
        name = f"{fact}_{self._names}"
        if not found:
            from pyspark.sql.pandas.types import from_arrow_schema

            self.session.createDataFrame([], from_arrow_schema(layout.schema)).createOrReplaceTempView(name)
        else:
            self.session.read.parquet(*(str(path) for path in found)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def put(self, name: str, table: pa.Table) -> Any:
        """See ``Engine``."""
        self.session.createDataFrame(table).createOrReplaceTempView(name)
        return self.backend.table(name)

    def run(self, expr: Any) -> pa.Table:
        """See ``Engine``. Straight to Arrow: the way over pandas turns instants into nanoseconds."""
        # Tables of memory inside the expression become views first, as ibis does before it executes itself.
        self.backend._run_pre_execute_hooks(expr)  # noqa: SLF001 - there is no public way to Arrow
        table = self.session.sql(self.backend.compile(expr)).toArrow()
        micro = [
            pa.field(field.name, pa.timestamp("us", tz=field.type.tz)) if pa.types.is_timestamp(field.type) else field
            for field in table.schema
        ]
        return table.cast(pa.schema(micro))

    def close(self) -> None:
        """Stop the session."""
        self.session.stop()
