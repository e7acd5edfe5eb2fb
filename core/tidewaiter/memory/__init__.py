"""What detectors remember: the protocol, and a store a file."""
