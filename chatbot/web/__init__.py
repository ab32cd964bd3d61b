"""The chatbot as a web service: `chatbot serve`, from the extra [web]."""
