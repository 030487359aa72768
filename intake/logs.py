"""Logging by allow-list: an event name and fields that cannot hold what a person wrote."""

import logging
import os
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SAFE_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "exc_info", "exception", "dropped",
        "ticket_id", "ticket_number", "conversation_id", "inbox_id", "outbox_id", "alarm_id",
        "timer_id", "timer_kind", "user_id", "event_id", "channel", "intent", "urgency", "lane",
        "state", "tier", "way", "count", "status", "method", "route", "error", "elapsed_ms",
        "attempts", "retry_after_seconds", "mode", "role", "process", "engine", "host", "port",
        "path_kind", "version", "walks", "kind", "card", "day", "mac",
    }
)  # fmt: skip
_SECRETS = re.compile(r"(?<!\d)(?:\+?84|0)\d{9}(?!\d)|(?<!\d)\d{5,}:[A-Za-z0-9_-]{30,}")


class LeakedField(AssertionError):
    """A log call carried a field that is not in SAFE_FIELDS."""


def keep_safe_fields(
    _logger: Any, _method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Let only known fields into the log (không ghi dữ liệu cá nhân vào nhật ký)."""
    extra = fields.keys() - SAFE_FIELDS
    if not extra:
        return fields
    if os.environ.get("LANGNGHE_STRICT_LOGS") == "1":
        raise LeakedField(", ".join(sorted(extra)))
    kept: MutableMapping[str, Any] = {key: fields[key] for key in fields.keys() & SAFE_FIELDS}
    kept["dropped"] = sorted(extra)
    return kept


class Redaction(logging.Filter):
    """The net behind the rule: bot tokens and Vietnamese phone numbers leave library records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drops one."""
        record.msg, record.args = _SECRETS.sub("[…]", record.getMessage()), ()
        if record.exc_info and not record.exc_text:  # else the handler would format it after us
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _SECRETS.sub("[…]", record.exc_text)
        return True


def configure_logs(level: str = "INFO") -> None:
    """Set up structlog and the standard library once per process."""
    handler = logging.StreamHandler()
    handler.addFilter(Redaction())
    logging.basicConfig(level=level, handlers=[handler], format="%(message)s", force=True)
    for noisy in (
        "httpx",
        "httpcore",
        "telegram",
        "sqlalchemy.engine",
        "aiohttp.access",
        "asyncio",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)  # noqa: TID251 - this is logs.py
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_safe_fields,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
