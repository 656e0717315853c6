"""Gas, oil and power: networks and flows, as functions of tables and arrays."""
