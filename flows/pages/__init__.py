"""Make pages of HTML from templates: one look, light and dark, that loads nothing."""
