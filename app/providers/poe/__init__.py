"""Poe's bots through its OpenAI-compatible API: images, videos and the prompt helper, each in one held request."""
