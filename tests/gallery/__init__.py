"""Every template in every state, from values made up here: to be looked at, and to be tested."""
