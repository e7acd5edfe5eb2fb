"""A seeded corpus of CloudTrail delivery files, as an organisation trail leaves them in a bucket.

Shape: gzip files of about 500 records, about 1.5 KB a record, 1 % of them image work.  The mix of
image work is that of builds: for each ``PutImage`` one login, several layer calls, and many pulls
by nodes; a few machine images.
"""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.records import IMAGE_WORK, Json, Maker, everyday


def _draw(dice: random.Random, share: float) -> Json:
    if dice.random() >= share:
        return everyday(dice)
    makers, weights = zip(*IMAGE_WORK, strict=True)
    chosen: Maker = dice.choices(makers, weights)[0]
    return chosen(dice)


def deliveries(
    records: int, per_file: int = 500, share: float = 0.01, seed: int = 7
) -> Iterator[bytes]:
    """Yield delivery files' JSON text, ``records`` records in all, ``share`` of them image work."""
    dice = random.Random(seed)
    for first in range(0, records, per_file):
        many = range(min(per_file, records - first))
        text = json.dumps({"Records": [_draw(dice, share) for _ in many]}, separators=(",", ":"))
        yield text.encode()


def write(folder: Path, records: int, **shape: float) -> list[Path]:
    """Write gzip delivery files below ``folder`` and return their paths."""
    paths = []
    for number, text in enumerate(deliveries(records, **shape)):  # type: ignore[arg-type]
        path = folder / f"111122223333_CloudTrail_eu-west-1_{number:06}.json.gz"
        path.write_bytes(gzip.compress(text, compresslevel=6, mtime=0))
        paths.append(path)
    return paths
