"""What Tidewaiter needs of Google Cloud: adapters to its services, for the functions and the
command line.

Each imports core and the libraries of Google, and nothing else.  See docs/adr/0006.
"""
