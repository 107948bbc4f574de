"""A real Docker engine behind the port: finds Compose services, samples and scales them by the Engine API alone."""
