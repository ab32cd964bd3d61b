"""From text to an `Understanding`: what was asked, in the vocabulary of `chatbot.query`. Knows nothing of facts."""
