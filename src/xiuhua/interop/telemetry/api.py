"""Batches of telemetry: acknowledged once they are durable, taken once however often they are sent."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema, Status
from pydantic import StringConstraints

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.foundation.problems import Problem, ProblemOut
from xiuhua.interop.telemetry.decoding import DISTRICT, LARGEST_BYTES, Faulty, from_arrow, from_json
from xiuhua.lake.actions.batches import OtherContent, receive
from xiuhua.lake.streams import Stream, streams
from xiuhua.people.api_account import account, sender
from xiuhua.people.permissions import may

router = Router(tags=["telemetry"])
ARROW, JSON = "application/vnd.apache.arrow.stream", "application/json"
Key = Annotated[str, StringConstraints(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class ColumnOut(Schema):
    """One column of a stream."""

    name: str
    type: str
    unit: str
    doc: str
    required: bool


class StreamOut(Schema):
    """A stream: what a row is, and its columns."""

    name: str
    grain: str
    key: list[str]
    columns: list[ColumnOut]


class BatchOut(Schema):
    """A batch that is kept: its key, its rows, the days (UTC) that they touch."""

    stream: str
    key: str
    rows: int
    days: list[str]
    digest: str


REFUSED = dict.fromkeys((401, 403, 404, 409, 413, 415, 422), ProblemOut)


@router.get("/streams", response=list[StreamOut], summary="Streams and their columns")
def list_streams(request: HttpRequest) -> Any:
    """What can be sent, with the unit and the meaning of each column."""
    return [
        {
            "name": one.name, "grain": one.grain, "key": [name for name in one.key if name != DISTRICT],
            "columns": [_column(field) for field in one.schema if field.name != DISTRICT],
        }
        for one in streams().values()
    ]  # fmt: skip


def _column(field: Any) -> dict[str, Any]:
    said = {name.decode(): text.decode() for name, text in (field.metadata or {}).items()}
    return {
        "name": field.name, "type": str(field.type), "unit": said.get("unit", ""), "doc": said.get("doc", ""),
        "required": not field.nullable,
    }  # fmt: skip


@router.post(
    "/{district}/{stream}/batches", response={200: BatchOut, 201: BatchOut, **REFUSED}, auth=account,
    summary="Send a batch",
    openapi_extra={"requestBody": {"required": True, "content": {
        JSON: {"schema": {"type": "object", "required": ["rows"], "properties": {
            "rows": {"type": "array", "items": {"type": "object"}}}}},
        ARROW: {"schema": {"type": "string", "format": "binary"}},
    }}},
)  # fmt: skip
def send(request: HttpRequest, district: Text, stream: Text, idempotency_key: Annotated[Key, Header()]) -> Any:
    """Keep the rows (201), or say that this batch is here already (200). The key with other rows is refused (409)."""
    user, here = sender(request), district_of(district)
    found = streams().get(stream)
    if found is None:
        raise Problem(
            404, _("Not found"), _("There is no stream %(name)s.") % {"name": stream[:60]},
            _("Choose one of: %(names)s.") % {"names": ", ".join(streams())},
        )  # fmt: skip
    if user is None or not may(user, "telemetry.send", district_code=here.code):
        raise Problem(
            403, _("Not allowed"), _("This account may not send telemetry."),
            _("Ask the engineer of the district for the right to send telemetry."),
        )  # fmt: skip
    table = _decoded(request, found, here.code)
    try:
        batch, new = receive(found, f"{here.code}:{idempotency_key}", table, sent_by=user.username[:80])
    except OtherContent:
        raise Problem(
            409, _("Another batch has this key"), _("The key came before with other rows; they are kept."),
            _("Send these rows under a key of their own."),
        ) from None  # fmt: skip
    answer = {"stream": stream, "key": idempotency_key, "rows": batch.rows, "days": batch.days, "digest": batch.digest}
    return Status(201 if new else 200, answer)


def _decoded(request: HttpRequest, stream: Stream, district: str) -> Any:
    length = request.headers.get("Content-Length", "")
    if (length.isdecimal() and int(length) > LARGEST_BYTES) or len(request.body) > LARGEST_BYTES:
        raise Problem(
            413, _("Too large"), _("A batch has at most %(mb)s MB.") % {"mb": LARGEST_BYTES >> 20}, _("Cut it.")
        )
    kind = (request.content_type or "").lower()
    if kind not in {JSON, ARROW}:
        raise Problem(
            415, _("Unknown content"), _("Telemetry comes as JSON or as an Arrow IPC stream."),
            _("Send it as %(kinds)s.") % {"kinds": f"{JSON}, {ARROW}"},
        )  # fmt: skip
    try:
        return (from_json if kind == JSON else from_arrow)(stream, district, request.body)
    except Faulty as faulty:
        errors = [
            {"field": f"rows.{one.row}.{one.column}" if one.row >= 0 else one.column or "body", "message": one.message}
            for one in faulty.faults
        ]
        problem = Problem(
            422, _("The batch was not taken"), _("Nothing of it was kept; %(count)s faults are listed.")
            % {"count": len(errors)}, _("Correct them and send the whole batch again."),
        )  # fmt: skip
        problem.errors = errors
        raise problem from None
