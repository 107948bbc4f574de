"""What others would do with the same modelled service: scalers to compare with, run by `modelled.run`."""
