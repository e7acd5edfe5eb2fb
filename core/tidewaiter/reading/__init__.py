"""From paths to records in order of time: fast where nothing is of interest, else careful.

Begin with :mod:`tidewaiter.reading.reader`.  Nothing is imported here: the envelopes use some of
these modules, and the reader uses the envelopes.
"""
