"""Published claims against arithmetic, data, record and model: what is computed, and the verdict."""
