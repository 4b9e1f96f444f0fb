"""Google's models through its Agent Platform (Vertex AI): Veo videos, Gemini images and texts, paid by a project."""
