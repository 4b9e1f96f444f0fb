"""What programs do: the same use cases as the pages', in JSON."""
