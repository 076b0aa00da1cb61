"""Structured logs. They name what happened and where, never what somebody wrote, never a chat id, token or key.

In a terminal they are coloured lines, elsewhere one JSON object a line (https://www.structlog.org/).
"""

import logging
import sys

import structlog

_LOUD = ("httpx", "httpcore", "aiosqlite", "alembic", "telegram", "uvicorn", "asyncio", "sqlalchemy")
_FOREIGN = structlog.stdlib.ProcessorFormatter.remove_processors_meta


def configure(level: str) -> None:
    """Set up logging for this process. Libraries are heard from WARNING on: some of them log addresses with tokens."""
    renderer: list[structlog.typing.Processor]
    if sys.stderr.isatty():
        # Never the pretty traceback: it prints local variables, and those hold what people wrote.
        renderer = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *shared,
            *renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[_FOREIGN, *renderer], foreign_pre_chain=shared)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
