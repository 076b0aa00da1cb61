"""``python -m tests.botapi``: the server alone, with the page where a person chats as several users.

Prints what the bot needs to know to talk to it. Ends with Ctrl-C.
"""

import argparse
import asyncio
import signal

from . import TOKEN, BotApi, Limits
from .lab import Lab

_FIRST_PEOPLE = (("Rosa", "es"), ("Amina", "ar"), ("Abebe", "am"))


async def serve(options: argparse.Namespace) -> None:
    """Runs until SIGINT or SIGTERM."""
    api = BotApi(
        options.port,
        host=options.host,
        token=options.token,
        limits=Limits(on=options.limits),
        check_results=options.check_results,
        retry_scale=options.retry_scale,
        history=options.history,
    )
    Lab(api)
    for name, language in () if options.empty else _FIRST_PEOPLE:
        api.user(name, language=language)
    await api.start()
    print(f"TELEGRAM_API_URL={api.url}\nTELEGRAM_TOKEN={api.token}\nChat as several users: {api.url}/", flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await api.stop()
    for line in api.record.trouble():
        print(line)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.botapi", description="A local Bot API server with a chat page."
    )
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--empty", action="store_true", help="start with nobody")
    parser.add_argument("--history", type=int, default=10_000, help="how many calls and updates are kept")
    parser.add_argument("--retry-scale", type=float, default=1.0, help="multiplies the webhook's waiting times")
    parser.add_argument("--no-limits", dest="limits", action="store_false", help="the bot may send as fast as it can")
    parser.add_argument("--no-result-checks", dest="check_results", action="store_false", help="for benchmarks")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
