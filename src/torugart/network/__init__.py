"""Tables to arrays: who connects to whom, what it costs, and the ways between places."""
