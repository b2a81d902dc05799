"""The offer editor and a side's private file, as the pages show them."""
