"""How an address is set up at its provider and in the DNS: looked at, explained, set right."""
