"""The service as an ASGI app: its paths, and what is said where there is no answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from isoglot.errors import ConfigError, IsoglotError
from isoglot.search.hits import Hits
from isoglot.search.index import Index
from isoglot.search.policies import DEFAULT, POLICIES
from isoglot.search.service.engine import Engine
from isoglot.search.service.guard import LOG, Guard
from isoglot.search.service.limits import Limits
from isoglot.search.service.metrics import Metrics
from isoglot.search.service.page import page
from isoglot.search.service.question import Question
from isoglot.search.service.refusals import Refused, document
from isoglot.versions import versions

_OPEN = ("/", "/health")  # they say nothing of what is in the index
_NO_JSON = "the body is not JSON."
_REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"description": what, "content": {"application/json": {"example": document("A sentence.")}}}
    for code, what in {
        400: "The body is not JSON.",
        401: "The key is missing or wrong.",
        413: "The body is too long.",
        422: "The question cannot be asked so.",
        503: "Too many requests, or the index cannot be searched at this moment.",
    }.items()
}


def create_app(
    index: Index,
    *,
    limits: Limits | None = None,
    key: str | None = None,
    local: bool = True,
    log_texts: bool = False,
) -> Guard:
    """The service of an index.

    Args:
        index: that is searched; ``Index(place, stale=1.0)`` looks for changes once a second.
        limits: of a request.
        key: that requests must have; None where anybody may ask.
        local: answer only requests to this machine by its own names.
        log_texts: write queries to the log, and the traceback of what is unexpected.

    Raises:
        DataError, EncoderError, StorageError: the index cannot be searched.
    """
    limits, metrics = limits or Limits(), Metrics()
    engine = Engine(index, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.close()

    app = FastAPI(
        title="isoglot",
        description="Search by meaning in a pool of several languages.",
        version=versions()["isoglot"],
        lifespan=lifespan,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    _add_searching(app, engine, limits, log_texts)
    _add_describing(app, engine, limits, metrics)
    _add_refusing(app, log_texts)
    paths = [route.path for route in app.routes if hasattr(route, "path")]
    return Guard(app, limits=limits, paths=paths, open_paths=_OPEN, key=key, local=local, metrics=metrics)


def _add_searching(app: FastAPI, engine: Engine, limits: Limits, log_texts: bool) -> None:
    async def found(question: Question) -> JSONResponse:
        if log_texts:
            LOG.info("query %r", question.text)
        hits = await engine.search(question.within(limits))
        return JSONResponse(hits.to_dict())

    @app.post("/search", response_model=Hits, responses=_REFUSALS)
    async def search(question: Question) -> JSONResponse:
        """The best passages for a query."""
        return await found(question)

    @app.get("/search", response_model=Hits, responses=_REFUSALS)
    async def search_by_address(question: Annotated[Question, Query()]) -> JSONResponse:
        """The same; whoever keeps addresses, such as a proxy, keeps the query."""
        return await found(question)


def _add_describing(app: FastAPI, engine: Engine, limits: Limits, metrics: Metrics) -> None:
    @app.get("/", include_in_schema=False)
    async def try_it() -> HTMLResponse:
        html, policy = page()
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether the index can be searched."""
        engine.now()
        return {"status": "ok"}

    @app.get("/index", responses={401: _REFUSALS[401]})
    def about() -> dict[str, Any]:
        """What can be asked."""
        now = engine.now()
        return {
            "languages": now.counts,
            "encoder": now.manifest.encoder.rstrip("/").rpartition("/")[2],  # no folders of this machine
            "repaired": now.repair is not None,
            "policies": POLICIES,
            "policy": DEFAULT,
            "k": limits.k,
            "page": limits.page,
            "characters": limits.characters,
        }

    @app.get("/metrics", response_class=PlainTextResponse, responses={401: _REFUSALS[401]})
    def measured() -> PlainTextResponse:
        """Counts and times, for Prometheus."""
        return PlainTextResponse(metrics.text(engine.now().counts), media_type=CONTENT_TYPE_LATEST)


def _add_refusing(app: FastAPI, log_texts: bool) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return JSONResponse(document(error.reason), error.status, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def not_understood(_: Request, error: RequestValidationError) -> JSONResponse:
        if error.errors()[0]["type"] == "json_invalid":
            return JSONResponse(document(_NO_JSON), 400)
        return JSONResponse(document(_fault(error)), 422)

    @app.exception_handler(HTTPException)
    async def not_there(request: Request, error: HTTPException) -> JSONResponse:
        said = {
            400: _NO_JSON,
            404: f"there is no such path; there are {', '.join(sorted(app.openapi()['paths']))}.",
            405: f"this path has no {request.method}.",
        }
        return JSONResponse(document(said.get(error.status_code, str(error.detail))), error.status_code, error.headers)

    @app.exception_handler(ConfigError)
    async def not_asked_so(_: Request, error: ConfigError) -> JSONResponse:
        return JSONResponse(document(str(error)), 422)

    @app.exception_handler(IsoglotError)
    async def not_searched(_: Request, error: IsoglotError) -> JSONResponse:
        LOG.error("%s", error)
        said = document("the index cannot be searched at this moment; the service's log says why.")
        return JSONResponse(said, 503, headers={"Retry-After": "1"})

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        LOG.error("unexpected %s", type(error).__name__, exc_info=error if log_texts else None)
        return JSONResponse(document("something unexpected happened; the service's log says what."), 500)


def _fault(error: RequestValidationError) -> str:
    """The first fault, without what was given: it may be a text."""
    first = error.errors()[0]
    if len(first["loc"]) == 1:
        return "the body must be a JSON object, and its header Content-Type application/json."
    place = ".".join(str(part) for part in first["loc"][1:])
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {said[0].lower()}{said[1:]}."
