"""The one error of a file that is not what it should be."""


class MediaError(Exception):
    """This file is cut, of another kind, length or size than asked for, or cannot be read. For logs and admins."""
