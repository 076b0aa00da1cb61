"""Decides the life of a case: who may do what, who fits, what must be told to whom. Knows no database, no clock, no words."""
