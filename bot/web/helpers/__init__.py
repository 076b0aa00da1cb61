"""The pages of helpers and coordinators who prefer a computer."""
