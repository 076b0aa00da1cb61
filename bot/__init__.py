"""Natural Helpers: helps newcomers through a city's systems, in their language. The design: README.md, docs/decisions."""
