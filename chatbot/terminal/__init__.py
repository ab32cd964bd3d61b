"""The command and the interactive terminal: the only place that reads arguments, standard input and a screen."""
