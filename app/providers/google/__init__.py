"""Google's models through its Gemini API with a key: images, videos and the prompt helper."""
