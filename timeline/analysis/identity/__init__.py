"""Who acted: identities, links between them, and the people they add up to."""
