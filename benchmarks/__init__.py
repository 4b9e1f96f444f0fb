"""How fast Kinora is, each figure beside a floor measured in the same run: `make bench` or one command each."""
