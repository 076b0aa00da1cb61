"""``python -m tests.bench [turns|storage|relay|emergency|pictures] …``; without a part, ``turns``."""

import argparse

from tests.bench import bench_emergency, bench_pictures, bench_relay, bench_storage, turns

PARTS = ("turns", "storage", "relay", "emergency", "pictures")


def main(words: list[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What the program costs.")
    parser.add_argument("part", nargs="?", default="turns", choices=PARTS)
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
        case "pictures":
            bench_pictures.run(given.turns)
        case _:
            turns.run(given.turns, given.rasa, memory=given.memory)


if __name__ == "__main__":
    main()
