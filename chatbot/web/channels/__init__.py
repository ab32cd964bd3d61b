"""One thin adapter for each way that clients call: request in the client's words, one ask, reply in the client's words."""
