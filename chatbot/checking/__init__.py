"""What `chatbot check` looks at, a module for each part of the content."""
