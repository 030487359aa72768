"""`langnghe serve | web | worker | migrate`: run the service."""

import asyncio
import os
import sys

from intake.accounts import ensure_first_accounts
from intake.clock import utc_now
from intake.logs import configure_logs
from intake.process import Kind, Running, run
from intake.settings import Settings, read_settings
from storage import schema


def serve(kind: Kind) -> int:
    """Run a process of this kind until it is told to stop; `serve` prepares the database first."""
    settings = read_settings(os.environ)
    configure_logs(settings.log_level)
    os.umask(0o077)
    if kind is Kind.SERVE:
        schema.migrate(settings.data.database_url)
    asyncio.run(run(settings, kind, lambda process: _welcome(process, settings, kind)))
    return 0


def migrate(revision: str) -> int:
    """Bring the tables to a revision (`head` by default, `base` to remove them)."""
    settings = read_settings(os.environ)
    os.umask(0o077)
    schema.migrate(settings.data.database_url, revision)
    sys.stdout.write(f"tables: {schema.current(settings.data.database_url) or 'none'}\n")
    return 0


async def _welcome(process: Running, settings: Settings, kind: Kind) -> None:
    if kind is not Kind.SERVE:
        sys.stdout.write(f"langnghe {kind.value} is running {process.url}\n")
        sys.stdout.flush()
        return
    accounts = await ensure_first_accounts(process.service.store, utc_now())
    lines = [
        "",
        f"Lắng Nghe is running ({settings.mode.value}). Ctrl-C stops it.",
        f"  Web chat (as a child sees it):  {process.url}/chat/",
        f"  Console (trang trực):           {process.url}/console/",
    ]
    if accounts:
        lines.append("  First log-ins; each password works once and must be changed:")
        lines += [f"    {role:<14} {login:<12} {password}" for login, role, password in accounts]
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()
