"""From paths to records in order of time: fast where nothing is of interest, else careful."""

from tidewaiter.reading.reader import Bad, Good, Reader, Where

__all__ = ["Bad", "Good", "Reader", "Where"]
