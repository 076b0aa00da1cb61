"""Decides what the bot says to helpers and coordinators in their own chat. No await, no clock, no database."""
