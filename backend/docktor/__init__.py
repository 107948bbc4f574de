"""Docktor keeps the services of Docker Compose projects at the right number of replicas, and says why."""

__version__ = "0.1.0"
