"""Files to tables: reading, overlays, assumptions, and where each cell is from."""
