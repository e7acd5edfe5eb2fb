"""Tidewaiter: finds implanted container and machine images in cloud logs (MITRE ATT&CK T1525).

Nothing is imported here: a serverless function pays for every import at each cold start.
"""

__version__ = "0.1.0"
