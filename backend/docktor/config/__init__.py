"""docktor.yaml, labels, flags and environment, turned into core policies; every fault with its path and line."""
