"""A party's witness: checks, from a memory of its own, that history only ever grows."""
