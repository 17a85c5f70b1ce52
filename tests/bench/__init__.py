"""Measures the service: ratios within one run, server and load on a processor each."""
