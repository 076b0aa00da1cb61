"""Knows the content: articles, facts, contacts; reads, checks, searches and shows them."""
