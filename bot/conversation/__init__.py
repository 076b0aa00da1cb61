"""Decides what to answer. No await, no clock, no database."""
