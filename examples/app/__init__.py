"""What the examples run in their containers: a producer, workers, a web page; one small module for each broker."""
