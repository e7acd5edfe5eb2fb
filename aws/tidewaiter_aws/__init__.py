"""What Tidewaiter needs of AWS: adapters to its services, for the functions and the command line.

Each imports core and the SDK of AWS, and nothing else.  See docs/adr/0006.
"""
