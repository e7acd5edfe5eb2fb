"""Events in the formats of others, one JSON object each: for a SIEM that is there already.

To add one: write its package with ``EXPORT``, import it here and name it in ``EXPORTS``.
"""

from tidewaiter.exports import ecs, ocsf, splunk
from tidewaiter.exports.interface import Export
from tidewaiter.exports.members import datasets

EXPORTS: dict[str, Export] = {
    export.name: export for export in (splunk.EXPORT, ocsf.EXPORT, ecs.EXPORT)
}

__all__ = ["EXPORTS", "Export", "datasets"]
