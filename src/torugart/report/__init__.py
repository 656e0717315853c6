"""Bundle to page: tables, charts and a map. Nothing here computes a result; it formats what the bundle holds."""
