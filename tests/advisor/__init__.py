"""The room that asks models, against a real server of models on loopback."""
