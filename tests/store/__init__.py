"""What the embedded records store promises beyond its port."""
