"""Findings become incidents, told as stories.

Nothing is imported here: an event about which nobody says anything needs none of it.
"""
