"""Indicators as Ossie: every metric a ratio of sums that a database computes, the rest in the extension."""

import json

import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from xiuhua.foundation.indicators import indicators
from xiuhua.interop.exchange.ossie import VENDOR, ossie, semantic_model

# What the specification asks of a document, in short; it allows no other keys.
EXPRESSION = {
    "type": "object", "required": ["dialects"], "additionalProperties": False,
    "properties": {"dialects": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["dialect", "expression"], "additionalProperties": False,
        "properties": {"dialect": {"enum": ["ANSI_SQL"]}, "expression": {"type": "string"}},
    }}},
}  # fmt: skip
SPECIFICATION = {
    "type": "object", "required": ["version", "semantic_model"], "additionalProperties": False,
    "properties": {"version": {"type": "string"}, "semantic_model": {"type": "array", "items": {
        "type": "object", "required": ["name", "datasets"], "additionalProperties": False,
        "properties": {
            "name": {"type": "string"}, "description": {"type": "string"},
            "datasets": {"type": "array", "minItems": 1, "items": {
                "type": "object", "required": ["name", "source"], "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"}, "source": {"type": "string"}, "description": {"type": "string"},
                    "primary_key": {"type": "array", "items": {"type": "string"}},
                    "fields": {"type": "array", "items": {
                        "type": "object", "required": ["name", "expression"], "additionalProperties": False,
                        "properties": {"name": {"type": "string"}, "expression": EXPRESSION,
                                       "dimension": {"type": "object"}, "description": {"type": "string"}},
                    }},
                },
            }},
            "metrics": {"type": "array", "items": {
                "type": "object", "required": ["name", "expression"], "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"}, "expression": EXPRESSION, "description": {"type": "string"},
                    "ai_context": {"type": "object"},
                    "custom_extensions": {"type": "array", "items": {
                        "type": "object", "required": ["vendor_name", "data"], "additionalProperties": False,
                        "properties": {"vendor_name": {"type": "string"}, "data": {"type": "string"}},
                    }},
                },
            }},
        },
    }}},
}  # fmt: skip


def test_the_document_is_what_the_specification_asks_for():
    document = semantic_model(indicators().values())
    assert not list(Draft202012Validator(SPECIFICATION).iter_errors(document))
    metrics = document["semantic_model"][0]["metrics"]
    assert {one["name"] for one in metrics} == set(indicators())
    extension = metrics[0]["custom_extensions"][0]
    assert extension["vendor_name"] == VENDOR
    assert json.loads(extension["data"])["owner"]


def test_a_database_computes_the_metrics(db):
    from datetime import UTC, date, datetime

    from django.db import connection

    from xiuhua.city.models import District
    from xiuhua.taskbook.models import Value

    district = District.objects.create(code="990009", name_zh="区")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    for code, numerator, denominator in (("a", 1, 1), ("b", 0, 9)):
        Value.objects.create(
            district=district, indicator="closing_rate", version=1, month=date(2026, 3, 1), scope="town", code=code,
            numerator=numerator, denominator=denominator, n=denominator, data_until=now, computed_at=now,
        )  # fmt: skip
    document = semantic_model([indicators()["closing_rate"]])["semantic_model"][0]
    sql = document["metrics"][0]["expression"]["dialects"][0]["expression"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} FROM {document['datasets'][0]['source']} AS {document['datasets'][0]['name']}")
        assert cursor.fetchone()[0] == 10.0


def test_the_command_prints_or_writes_yaml(tmp_path):
    printed = CliRunner().invoke(ossie, [])
    written = CliRunner().invoke(ossie, ["--output", str(tmp_path / "o.yaml")])
    assert written.exit_code == 0
    assert yaml.safe_load(printed.output) == yaml.safe_load((tmp_path / "o.yaml").read_text(encoding="utf-8"))
    assert CliRunner().invoke(ossie, ["--output", str(tmp_path)]).exit_code != 0
