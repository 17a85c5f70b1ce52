"""What each port promises, tried on every implementation."""
