"""What Compose files and labels mean: label names, the project-name rule, reading a file, writing an override."""
