"""What others see: the landing page, Explore, posts, profiles and likes."""
