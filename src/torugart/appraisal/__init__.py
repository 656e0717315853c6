"""What a project changes: for pairs of places, for users by country, at gates, and what that hangs on."""
