"""Predictions for the outside world: command line and files."""
