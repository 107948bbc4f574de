"""The mind: pure functions over immutable values. No I/O, no clock, no third-party imports."""
