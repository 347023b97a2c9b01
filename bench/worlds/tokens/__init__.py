"""A fourth set of worlds, by another hand: pages that carry the form's script, and those who want its tokens."""
