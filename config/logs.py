"""Structured logs: JSON lines under the stack, readable lines for commands; every line carries its request id."""

import logging
import logging.config
import re
from typing import Any

import structlog

# Addresses that open a door by themselves; the database has only their digests.
SECRET_LINKS = re.compile(
    r"(/(?:setup/begin|meetings/(?:display|guest|calendar/feed)|password/new|me/mail)/)[^/?\s\"'<>]+"
)


def links_hidden(logger: Any, name: str, entry: Any) -> Any:  # noqa: ARG001  # structlog's signature
    """No log line carries the secret part of an address."""
    for key, value in entry.items():
        if isinstance(value, str) and "/" in value:
            entry[key] = SECRET_LINKS.sub(r"\1…", value)
    return entry


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    links_hidden,
]


def configure(options: dict[str, Any]) -> None:
    """Configure logging and structlog; `options`: json (bool), level (default INFO)."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if options.get("json")
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    level = options.get("level", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "house": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processor": renderer,
                    "foreign_pre_chain": _SHARED,
                }
            },
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "house"}},
            "root": {"handlers": ["console"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "django_structlog": {"level": level},
                "django_structlog.celery": {"level": "WARNING"},
                "axes": {"level": "WARNING"},
                "fontTools": {"level": "ERROR"},
                "pyhanko": {"level": "WARNING"},
                "pyhanko_certvalidator": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
