"""Findings become incidents, told as stories."""

from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.grouping import HeldBack, Told, assemble

__all__ = ["Accusation", "HeldBack", "Told", "assemble"]
