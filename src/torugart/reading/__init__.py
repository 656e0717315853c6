"""Published text to statements, and statements to claims that can be judged; rules alone, no language model."""
