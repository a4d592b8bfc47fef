"""Facts as Parquet: written from the rooms by watermark and from telemetry; read by DuckDB or Spark."""
