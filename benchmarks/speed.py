"""How fast replay is, beside what the same machine needs for the least that anybody could do.

    python -m benchmarks.speed --records 200000

Ratios, not seconds, are what can be compared between machines: everything is measured in one run.
"""

import argparse
import gzip
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import orjson

from benchmarks import corpus
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter.model import Event
from tidewaiter.reading.files import find
from tidewaiter.reading.ordering import in_order
from tidewaiter.reading.reader import Good, Reader
from tidewaiter.replay import replay
from tidewaiter.settings import Settings
from tidewaiter.sources import cloudtrail

# What a function needs before it can judge its first event.
IMPORTS = ("msgspec", "tidewaiter", "tidewaiter.pipeline", "tidewaiter.replay")


def read(paths: Sequence[str]) -> int:
    """Read files into events in order, without judging them, and count the events."""
    reader = Reader(lambda: cloudtrail.WANTED)

    def events() -> Iterator[Event]:
        for path in find(paths):
            for found in reader.read(path):
                if isinstance(found, Good):
                    told = cloudtrail.SOURCE.read(found.record)
                    if isinstance(told, Event):
                        yield told

    return sum(1 for _ in in_order(events()))


def judge(paths: Sequence[str]) -> int:
    """Replay files as the command does, and count the events."""
    return replay(paths, Settings(), ProcessMemory()).summary.events


def judge_on_disk(paths: Sequence[str]) -> int:
    """Replay files with a memory that lies in a file, and count the events."""
    with tempfile.TemporaryDirectory() as folder:
        memory = SqliteMemory(Path(folder) / "memory.sqlite")
        return replay(paths, Settings(), memory).summary.events


WORK: dict[str, Callable[[Sequence[str]], int]] = {
    "read": read,
    "judge": judge,
    "judge_on_disk": judge_on_disk,
}


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_decoding(paths: Sequence[Path]) -> float:
    """Seconds that ``orjson.loads`` alone takes for the same decompressed bytes."""
    total = 0.0
    for path in paths:
        text = gzip.decompress(path.read_bytes())
        start = time.perf_counter()
        orjson.loads(text)
        total += time.perf_counter() - start
    return total


def measure_speed(folder: Path, paths: Sequence[Path], records: int, rounds: int) -> None:
    """Print events per second and the ratio to plain decoding; the best of ``rounds``."""
    best = {"orjson.loads": float("inf"), "read": float("inf"), "judge": float("inf")}
    for _ in range(rounds):  # in turn, so that a noisy neighbour meets all of them
        best["orjson.loads"] = min(best["orjson.loads"], plain_decoding(paths))
        for name in ("read", "judge"):
            best[name] = min(best[name], seconds(lambda: WORK[name]([str(folder)])))  # noqa: B023
    for name, taken in best.items():
        ratio = taken / best["orjson.loads"]
        print(f"{name:<28}{taken:8.2f} s {records / taken:12,.0f} records/s   ratio {ratio:.2f}")


def measure_imports(rounds: int = 15) -> None:
    """Print what imports cost beyond starting Python, as a ratio to ``import msgspec``."""
    taken: dict[str, list[float]] = {"pass": [], **{name: [] for name in IMPORTS}}
    for _ in range(rounds):
        for name, times in taken.items():
            code = name if name == "pass" else f"import {name}"
            command = [sys.executable, "-c", code]
            times.append(seconds(lambda: subprocess.run(command, check=True)))  # noqa: B023
    empty = statistics.median(taken.pop("pass"))
    least = statistics.median(taken["msgspec"]) - empty
    for name, times in taken.items():
        cost = statistics.median(times) - empty
        print(f"import {name:<21}{cost * 1000:8.1f} ms {'':22}   ratio {cost / least:.2f}")


def peak_of_this_process() -> int:
    """Kilobytes at most; the kernel's count for a child begins with what its parent had."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text().partition("VmHWM:")[2].split()[0])


def peak(work: str, paths: Sequence[Path]) -> float:
    """Megabytes that a process of its own needs at most for ``work``."""
    command = [sys.executable, "-m", "benchmarks.speed", "--only", work, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def measure_memory(paths: Sequence[Path]) -> None:
    """Print the peak memory for a quarter of the files and for all of them."""
    few = paths[: len(paths) // 4]
    for work in ("read", "judge_on_disk"):
        small, large = peak(work, few), peak(work, paths)
        print(
            f"peak memory, {work:<15}{small:8.1f} MB for {len(few)} files,"
            f" {large:.1f} MB for {len(paths)}   ratio {large / small:.2f}"
        )


def main() -> None:
    """Make a corpus and measure all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=WORK, help=argparse.SUPPRESS)
    options.add_argument("paths", nargs="*", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.only:
        WORK[chosen.only](chosen.paths)
        print(peak_of_this_process())
        return
    with tempfile.TemporaryDirectory() as name:
        paths = corpus.write(Path(name), chosen.records)
        size = sum(path.stat().st_size for path in paths)
        print(f"{chosen.records:,} records in {len(paths):,} files, {size / 1e6:.0f} MB gzip")
        measure_speed(Path(name), paths, chosen.records, chosen.rounds)
        measure_memory(paths)
    measure_imports()


if __name__ == "__main__":
    main()
