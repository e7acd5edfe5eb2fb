"""An incident as others read it: text for people, JSON lines for programs."""
