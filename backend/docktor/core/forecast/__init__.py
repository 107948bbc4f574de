"""How much load will come, with the size of its own errors: light, online, in plain Python. Only ever raises."""
