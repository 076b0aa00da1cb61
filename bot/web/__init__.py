"""Shows: the pages, and everything else that is spoken over HTTP."""
