"""``python -m torugart`` is the command line."""

from torugart.cli.main import main

if __name__ == "__main__":
    main()
