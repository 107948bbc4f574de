"""The front door: HTTP over the unix socket, and its client."""
