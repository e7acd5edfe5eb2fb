"""What Tidewaiter needs of Azure: adapters to its services, for the functions and the command line.

Each imports core and the SDK of Azure, and nothing else.  See docs/adr/0006.
"""
