"""How much is found, how soon, and how often in vain.

    python -m benchmarks.quality --seeds 5

The month of a made-up company (company.py), with attacks on some evenings (attacks.py), is written
to files as the providers ship them, and replayed.
"""

import argparse
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from multiprocessing import Pool
from pathlib import Path

from benchmarks.quality.baselines import BASELINES, Outcome, outcome, said
from benchmarks.quality.company import DAYS
from benchmarks.quality.harness import Found, Score, is_found, month, precision, score, settings
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.replay import replay

REPORTED = 101  # seeds below are for tuning


def judge(seed: int) -> tuple[Score, dict[str, Outcome]]:
    """Make a month, replay it, and compare with the truth."""
    company = month(seed)
    with tempfile.TemporaryDirectory() as name:
        company.log.write(Path(name))
        told = replay([name], settings(company), ProcessMemory())
    outcomes = {name: outcome(company.log, alerts) for name, alerts in BASELINES.items()}
    return score(company.log, told.incidents), outcomes


def print_attacks(scores: Sequence[Score]) -> None:
    """Print what became of each attack over all months."""
    by_scenario: dict[str, list[Found]] = defaultdict(list)
    for one in scores:
        for found in one.found:
            by_scenario[found.scenario].append(found)
    print(f"{'attack':<42}{'found':>8}{'incidents':>11}  {'first alert':<17}least severity")
    for scenario, all_found in by_scenario.items():
        hits = sum(is_found(found) for found in all_found)
        many = max(found.incidents for found in all_found)
        least = min(
            (found.severity for found in all_found if found.severity),
            key=lambda s: s.rank,
            default=None,
        )
        worst = least if hits == len(all_found) else "missed"
        after = median(found.after for found in all_found)
        told = f"{hits}/{len(all_found)}"
        print(f"{scenario:<42}{told:>8}{many:>11}  {said(after):<17}{worst}")


def median(times: Iterable[timedelta | None]) -> timedelta | None:
    """The middle of the times that there are."""
    known = [time for time in times if time is not None]
    return statistics.median_low(known) if known else None


def print_vain(scores: Sequence[Score]) -> None:
    """Print what was told in vain, a month, and why."""
    print(f"\nprecision of medium and above: {precision(scores):.2f}")
    total: Counter[Severity] = sum((one.vain for one in scores), Counter())
    for severity in reversed(Severity):
        if severity is not Severity.INFO:
            print(
                f"false incidents in {DAYS} days, {severity}: {total[severity] / len(scores):.1f}"
            )
    causes: Counter[tuple[str, str]] = sum((one.causes for one in scores), Counter())
    for (why, worst), many in causes.most_common():
        print(f"    {many / len(scores):6.1f}  {worst:<9}{why}")


def print_each(scores: Sequence[Score]) -> None:
    """Print every incident in vain, and every chain that became several, to be looked at."""
    for one in scores:
        for incident in one.false_ones:
            detectors = ", ".join(dict.fromkeys(each.detector for each in incident.findings))
            print(f"\n{incident.first_time:%m-%d %H:%M} {incident.severity}: {incident.title}")
            print(f"    {detectors}")
        for found in one.found:
            if found.incidents != 1:
                titles = "\n    ".join(found.titles)
                print(f"\n{found.scenario}: {found.incidents} incidents\n    {titles}")


def print_baselines(all_outcomes: Sequence[dict[str, Outcome]]) -> None:
    """Print what others would have told of the same logs."""
    print(
        f"\n{'the same logs, by others':<32}{'found':>8}{'alerts':>10}{'in vain':>10}  first alert"
    )
    for name in BASELINES:
        outcomes = [each[name] for each in all_outcomes]
        found = [one for each in outcomes for one in each.found]
        told = f"{sum(one.incidents > 0 for one in found)}/{len(found)}"
        alerts = sum(each.alerts for each in outcomes) / len(outcomes)
        vain = sum(each.vain for each in outcomes) / len(outcomes)
        first = said(median(one.after for one in found))
        print(f"{name:<32}{told:>8}{alerts:>10,.0f}{vain:>10,.0f}  {first}")


def main() -> None:
    """Judge some months, several at once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=5, help="how many months")
    options.add_argument("--first", type=int, default=REPORTED, help="the first seed")
    options.add_argument("--jobs", type=int, default=4, help="how many at once")
    options.add_argument("--show", action="store_true", help="show what was told in vain, too")
    chosen = options.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    with Pool(min(chosen.jobs, chosen.seeds)) as pool:
        judged = pool.map(judge, seeds, chunksize=1)
    print(f"{DAYS} days each, seeds {seeds.start} to {seeds.stop - 1}\n")
    scores = [one for one, _ in judged]
    print_attacks(scores)
    print_vain(scores)
    print_baselines([each for _, each in judged])
    if chosen.show:
        print_each(scores)


if __name__ == "__main__":
    main()
