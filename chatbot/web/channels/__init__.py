"""One thin adapter for each way that clients call: the client's words in, one ask, the client's words out."""
