"""The result bundle: a folder of tables with a manifest, written whole or not at all."""
