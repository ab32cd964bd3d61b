"""The chatbot as a web service: `chatbot serve`. Needs the extra [web]; nothing outside this folder imports it early."""
