"""Sources of numbers beyond the containers: queues, Prometheus, HTTP. A new kind needs `Provider` and nothing else."""

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Library, Numbers, Options, Provider, Total
from docktor.signals.connections import Lease
from docktor.signals.numbers import number

__all__ = ["Around", "Lease", "Library", "Numbers", "Options", "Provider", "SignalUnavailableError", "Total", "number"]
