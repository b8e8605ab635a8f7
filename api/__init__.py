"""The REST interface: parses, calls one command or query, renders."""
