"""Demand on ways: shares, loads and the users' expected least cost."""
