"""The project package and the top floor; importing it costs nothing, so that the launcher can."""
