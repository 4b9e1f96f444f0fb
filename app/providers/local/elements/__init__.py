"""The things a scene is built of, each drawn once and moved by the camera."""
