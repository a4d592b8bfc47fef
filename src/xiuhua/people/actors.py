"""Who does something: a person, or the system by its name."""

from xiuhua.people.models import User

# A person, who must have the right; or the system by its name (the command line, the demonstration, a figure).
type Actor = User | str


def name_of(actor: Actor) -> str:
    """Who did it, as events say it."""
    return actor.username if isinstance(actor, User) else actor
