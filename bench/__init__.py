"""The benchmark that the README's figures come from: `python -m bench`."""
