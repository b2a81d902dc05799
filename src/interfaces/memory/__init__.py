"""Adapters that keep everything in this process: for tests of the application layer."""
