"""Tools that build the sample and maintain the project; not for users."""
