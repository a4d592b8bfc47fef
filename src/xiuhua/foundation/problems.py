"""Errors of the JSON interface, as RFC 9457 problem documents that say what is wrong and what to do."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

CONTENT_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """One input that was refused."""

    field: str
    message: str


class ProblemOut(Schema):
    """What a caller reads when a request was refused."""

    title: str
    status: int
    detail: str
    remedy: str
    errors: list[FieldProblem] = []


class Problem(Exception):  # noqa: N818 - named as in RFC 9457
    """A request that cannot be answered: ``detail`` says what is wrong, ``remedy`` what the caller can do."""

    def __init__(self, status: int, title: str, detail: str, remedy: str, *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.remedy = status, title, detail, remedy
        self.retry_after = retry_after  # seconds, 0 where that says nothing
        # What is wrong with single inputs, as ``FieldProblem``.
        self.errors: list[dict[str, str]] = []

    def response(self, errors: list[dict[str, str]] | None = None) -> HttpResponse:
        """The problem as an HTTP answer."""
        body = {
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
            "errors": errors or self.errors,
        }
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else None
        return JsonResponse(body, status=self.status, content_type=CONTENT_TYPE, headers=headers)


def not_found(detail: str, remedy: str) -> Problem:
    """A 404: the thing asked for does not exist."""
    return Problem(404, _("Not found"), detail, remedy)


def bad_request(detail: str, remedy: str) -> Problem:
    """A 400: the request is well-formed but asks for something that makes no sense."""
    return Problem(400, _("Bad request"), detail, remedy)


class ProblemAPI(NinjaAPI):
    """A NinjaAPI whose every refusal is a problem document, and whose schema says so."""

    def set_default_exception_handlers(self) -> None:
        """Answer refused input, ``Problem`` and ninja's own errors alike."""
        super().set_default_exception_handlers()
        self.exception_handler(Problem)(lambda _request, problem: problem.response())
        self.exception_handler(ValidationError)(_invalid)
        self.exception_handler(PermissionDenied)(
            lambda _request, error: Problem(
                403, _("Not allowed"), str(error) or _("This is not allowed."), _("Ask somebody who may do this.")
            ).response()
        )
        self.exception_handler(HttpError)(
            lambda _request, error: Problem(
                error.status_code, str(error), str(error), _("See the interface description at /api/docs.")
            ).response()
        )

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document, with the media type that refusals really have."""
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation.get("responses", {}).items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):  # noqa: PLR2004
                        answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
        return schema


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]), "message": item["msg"]}
        for item in error.errors
    ]
    names = ", ".join(sorted({item["field"] for item in errors}))
    return Problem(
        422,
        _("Invalid input"),
        _("These inputs cannot be read: %(names)s.") % {"names": names},
        _("Correct each one as its message says; the interface is described at /api/docs."),
    ).response(errors)
