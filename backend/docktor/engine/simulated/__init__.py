"""An engine without Docker: modelled services under a load that moves by itself, behind the same port."""
