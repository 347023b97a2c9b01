"""Judges sales leads as they arrive: a trust score with reasons that anyone can add up."""

__version__ = "0.5.0.dev0"
