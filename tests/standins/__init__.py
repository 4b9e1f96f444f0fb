"""Stand-ins: real HTTP servers that speak a provider's wire contract, with every fault that one can be asked for."""
