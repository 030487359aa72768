"""Run the trained comparison bot, say after how many seconds it is ready, end with it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

LIMIT_SECONDS = 300


def main() -> int:
    """Return the exit status of Rasa; an old conversation store is removed first."""
    port = sys.argv[1]
    here = Path(__file__).resolve().parent
    for leftover in here.glob("rasa.db*"):
        leftover.unlink()
    started = time.monotonic()
    command = [sys.executable, "-m", "rasa", "run", "--port", port, "--interface", "127.0.0.1"]
    command += ["--enable-api", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    process = subprocess.Popen(command, cwd=here, env=dict(os.environ))
    try:
        while process.poll() is None and time.monotonic() - started < LIMIT_SECONDS:
            if has_loaded(port):
                seconds = time.monotonic() - started
                print(f"Rasa is ready after {seconds:.1f} s (process {process.pid})", flush=True)  # noqa: T201 - a tool speaks
                break
            time.sleep(0.1)
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()
    finally:
        process.terminate()


def has_loaded(port: str) -> bool:
    """Tell whether a model is loaded: `/status` is 409 until then."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
