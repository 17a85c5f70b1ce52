"""Hamn: an anonymous, end-to-end encrypted support chat."""
