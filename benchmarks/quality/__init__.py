"""How well services are kept, beside others: every trace, size and start-up time, with every policy. Deterministic."""
