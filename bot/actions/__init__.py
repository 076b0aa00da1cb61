"""Everything that can happen: one async function, one transaction each. Nothing is decided here."""
