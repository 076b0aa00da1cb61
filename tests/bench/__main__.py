"""``python -m tests.bench [turns|storage|relay|emergency] …``; without a part, ``turns``."""

import argparse

from tests.bench import bench_emergency, bench_relay, bench_storage, turns


def main(words: list[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What the program costs.")
    parser.add_argument("part", nargs="?", default="turns", choices=("turns", "storage", "relay", "emergency"))
    parser.add_argument("--turns", type=int, default=0, help="how many for each row (of the whole run with --memory)")
    parser.add_argument("--memory", action="store_true", help="only the memory, over many turns")
    parser.add_argument("--rasa", default="", metavar="URL", help="a real Rasa server instead of the stand-in")
    given = parser.parse_args(words)
    match given.part:
        case "storage":
            bench_storage.run(given.turns)
        case "relay":
            bench_relay.run(given.turns)
        case "emergency":
            bench_emergency.main()
        case _:
            turns.run(given.turns, given.rasa, memory=given.memory)


if __name__ == "__main__":
    main()
