"""The shell around the core: one task per service, the daemon, and every verb a person can say (office.py)."""
