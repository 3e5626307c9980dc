"""A self-hosted media monitor for AI policy."""

__version__ = "0.1.0"
