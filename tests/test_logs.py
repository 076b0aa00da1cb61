"""Logs say what happened and never what somebody wrote, in a terminal and elsewhere."""

import json
import subprocess
import sys

SECRET = "the words of a frightened person"
PROGRAM = f"""
import logging
from bot import logs
import structlog
logs.configure("INFO")
log = structlog.get_logger("bot.test")
log.info("something happened", part="clock")
logging.getLogger("somewhere").warning("a library speaks")
def answer(text):
    raise ValueError("no such step")
try:
    answer({SECRET!r})
except ValueError:
    log.exception("a part broke", part="core")
"""


def test_each_line_is_json_and_tracebacks_show_no_values() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["something happened", "a library speaks", "a part broke"]
    assert "ValueError" in lines[2]["exception"]
    assert SECRET not in done.stderr


def test_libraries_that_log_addresses_are_heard_only_when_something_is_wrong() -> None:
    program = (
        "import logging\nfrom bot import logs\nlogs.configure('INFO')\n"
        "logging.getLogger('httpx').info('POST https://api.telegram.org/bot123:TOKEN/sendMessage')\n"
        "logging.getLogger('uvicorn.access').info('GET /chat')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
