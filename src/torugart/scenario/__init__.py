"""Tables plus edits give tables: what is open when, and what a project changes."""
